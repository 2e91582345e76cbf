"""Prints results as they come: a table for people, or one JSON object a line."""
import json
from dataclasses import asdict

COLUMNS = {  # title: (width, value)
    "engine": (23, lambda result: result.engine),
    "road": (16, lambda result: result.road),
    "moment": (25, lambda result: result.moment),
    "image": (30, lambda result: result.image),
    "exit": (4, lambda result: str(result.exit)),
    "form": (10, lambda result: result.form),
    "layers as sent": (24, lambda result: result.encodings),
    "MB": (6, lambda result: f"{result.bytes / 1e6:.1f}"),
    "s": (5, lambda result: f"{result.seconds:.1f}"),
    "config": (7, lambda result: result.config),
    "runs": (4, lambda result: result.runs),
}


class Table:
    def __init__(self):
        self._line([title for title in COLUMNS])

    def row(self, result):
        self._line([value(result) for _, value in COLUMNS.values()], "WRONG" if result.wrong else "ok", result.note)
        for problem in result.wrong:
            print(f"    {problem}", flush=True)

    @staticmethod
    def _line(words, *more):
        padded = [f"{word:<{width}}" for word, (width, _) in zip(words, COLUMNS.values())]
        print(" ".join([*padded, *more]).rstrip(), flush=True)


class Json:
    def row(self, result):
        print(json.dumps(asdict(result)), flush=True)
