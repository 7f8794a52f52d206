"""Several processes as one edge: a parent that binds the ports, and workers that serve.

    parent → child → channel, chorus, pace, shares, signals, sockets
    worker → peers, channel, sockets

- `cores`: how many workers there are where nobody says so
- `sockets`: ports are bound, and handed on
- `shares`: who takes connections from which socket; pure
- `pace`: when a worker that ended has its successor; pure
- `chorus`: what several say of one thing is told once; pure
- `channel`: what parent and worker say to each other
- `child`: one worker as its parent sees it
- `signals`: what the parent is told by signals
- `parent`: starts them, looks after them, replaces them, ends them
- `worker`: the other end: what a worker is told, and what it tells
- `peers`: a worker and the others: who leads, and news from one to all
- `snapshots`: what all live workers report, for whoever speaks for the edge

This module imports nothing.
"""
