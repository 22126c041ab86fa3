"""The server of the classic tutorial, to compare with: python -m benchmarks.load.classic_server MODEL PORT.

Flask's development server, the picture of the canvas shrunk with Pillow, `model.predict` for each
request. This is how such demos are usually written, and only the model is ours. It stands here to be
measured and is no part of Inkwise.
"""

import base64
import io
import sys

import keras
import numpy as np
from flask import Flask, jsonify, request
from PIL import Image

app = Flask(__name__)
model = keras.models.load_model(sys.argv[1])


@app.route("/predict", methods=["POST"])
def predict():
    """Answer with the digit on a picture in a data URL."""
    encoded = request.get_json()["image"].split(",", 1)[1]
    picture = Image.open(io.BytesIO(base64.b64decode(encoded))).convert("L").resize((28, 28))
    outputs = model.predict(np.array(picture, dtype="float32").reshape(1, 28, 28))
    probabilities = outputs["digit"][0]
    return jsonify({"digit": int(probabilities.argmax()), "probabilities": probabilities.tolist()})


if __name__ == "__main__":
    app.run(port=int(sys.argv[2]))
