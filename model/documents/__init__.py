"""What leaves the app: workbook, committee item and handout, all from the same figures of one scenario.

Each takes :class:`model.documents.figures.Findings` and gives the bytes of a file; none reads a clock.
"""
