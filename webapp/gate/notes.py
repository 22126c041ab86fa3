"""What the gate and the routes tell each other, under these keys of WSGI's `environ`."""

REFUSAL = "inkwise.refusal"  # the InkwiseError that a route is to answer with
CODE = "inkwise.code"  # the code of the error that was answered with
ROUTE = "inkwise.route"  # the route's template, such as /models/<name>
