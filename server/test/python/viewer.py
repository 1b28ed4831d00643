"""A viewer in another language: follows topics of /markets with stock python-socketio and prints JSON lines.

Usage: viewer.py URL TOPIC... ; ends when its standard input does.
"""

import json
import sys

import socketio

url, topics = sys.argv[1], sys.argv[2:]
client = socketio.Client(reconnection=False)


def tell(kind, data):
    print(json.dumps([kind, data]), flush=True)


@client.on("frame", namespace="/markets")
def on_frame(frame):
    tell("frame", frame)


@client.on("beat", namespace="/markets")
def on_beat(beat):
    tell("beat", beat)


@client.on("notice", namespace="/markets")
def on_notice(notice):
    tell("notice", notice)


client.connect(url, namespaces=["/markets"], transports=["websocket"])
tell("ack", client.call("subscribe", {"topics": topics}, namespace="/markets", timeout=5))
tell("refusal", client.call("subscribe", {"topics": "no list"}, namespace="/markets", timeout=5))
sys.stdin.read()
client.disconnect()
