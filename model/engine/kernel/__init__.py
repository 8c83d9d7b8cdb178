"""The weeks of the model, compiled: ``run`` goes through them, ``layout`` and ``rows`` say where what stands.

A week's steps are in ``hazards``, ``exits``, ``ageing`` and ``starts``; ``intervals`` cuts the accumulated weeks into
stretches of constant rates. ``model.engine.reference`` says the same readably.
"""
