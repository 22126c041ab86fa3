"""The lab: train a network in front of the audience.

spec.py            the configuration of a run, as the page sends it
plan.py            layers, parameters and warnings, before a run
keras_program.py   the Keras program of a spec
presets.py         networks to start from, and stories that compare runs
digits.py          the digits: MNIST, or the sample that ships with Inkwise
lab.py             one run at a time: start, control, keep it; what pages and trainer say
run_list.py        the runs so far, and their networks
runs.py            what is known of a run
warm_trainer.py    start the trainer's process when it is needed, end it when no page is open
process_lock.py    of several server processes of a room one has the lab
broadcast.py       what wall and phones see of the newest run
guesses.py         the room's guesses before a run
pinned.py          drawings that are read again at each point
room_score.py      how a run's network reads the room's drawings
networks.py        saved networks of runs
teaching_data.py   what the room's labeled drawings cover, and who is held out
teaching.py        a network being taught the room's handwriting, and what that changed
teacher.py         start and end it, use its network, go back
trainer.py         the trainer's process: commands to it, events from it
training/          that process; only it imports TensorFlow

Server and trainer share spec.py, plan.py and digits.py, which import neither.
"""
