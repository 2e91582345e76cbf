"""Makes one pull of the matrix and says what came of it, and what of that was not as expected."""
import hashlib
import json
from dataclasses import dataclass, field

from .rows import AGENT, CUT_AFTER, ORIGINAL, PLAIN, ZSTD

RANGES_UNDER_WAY = 8_000_000
KINDS = {"+gzip": "gzip", ".gzip": "gzip", "+zstd": "zstd", ".tar": "tar"}


@dataclass
class Result:
    engine: str
    road: str
    moment: str
    image: str
    exit: int = 0
    seconds: float = 0
    form: str = ""
    encodings: str = ""
    bytes: int = 0
    requests: int = 0
    config: str = "-"
    runs: str = "-"
    note: str = ""
    wrong: list = field(default_factory=list)


def make(row, engine, wire, samples, product):
    architecture = (row.platform or "linux/amd64").split("/")[1]
    original = samples.original(row.image, row.tag, architecture)
    result = Result(engine.name, engine.roads[row.road], row.moment, f"{row.image}:{row.tag}")
    if row.before:
        row.before()
    if row.cut:
        wire.cut_next(lambda exchange: exchange.is_blob and exchange.status == 200, CUT_AFTER)
    if row.killed:
        product.kill_on_the_way(row.killed, wire)
    mark, behind = wire.mark(), product.mark()
    outcome = engine.pull(row.road, product.prefix, row.image, row.reference, row.platform or None)
    happened = wire.expect_nothing()
    if row.killed == AGENT and happened and outcome.code:  # it gave up before the agent was there again
        product.await_back()
        outcome, result.note = engine.pull(row.road, product.prefix, row.image, row.reference), "pulled again"
    exchanges = wire.exchanges[mark:]

    result.exit, result.seconds = outcome.code, round(outcome.seconds, 1)
    if outcome.code:
        result.wrong.append(f"expected the pull to succeed, it said: {outcome.last_line()}")
    blobs = [each for each in exchanges if each.is_blob and each.method == "GET" and each.status in (200, 206)]
    layers, digest = _served_layers(row, exchanges, wire.exchanges, original)
    kinds = {_kind(layer) for layer in layers}
    result.form = _form(kinds, digest, original) if layers else "none"
    result.bytes, result.requests = sum(each.body_bytes for each in blobs), len(exchanges)
    result.encodings = _encodings(layers, blobs)
    result.wrong += _wrong_forms(row, result.form, digest)
    result.wrong += _wrong_fetches(row, layers, blobs)
    result.wrong += [problem for each in exchanges for problem in _broken_rules(each)]
    result.wrong += _heads_unlike_bodies(exchanges)
    if row.cut:
        result.note, problems = _resumption(exchanges, product.encodes)
        result.wrong += problems
    if row.killed:
        result.wrong += product.came_back(row.killed, happened)
        if row.killed == AGENT:
            result.wrong += _fetched_twice(product.behind(behind))
    if row.delta:
        result.note, problems = _delta(product.behind(behind))
        result.wrong += problems
    if row.encoded_meanwhile:
        result.note, problems = _encoded_meanwhile(product.behind(behind))
        result.wrong += problems
    if outcome.code == 0:
        _inspect(row, engine, original, result)
    if not row.keep:
        engine.clear()
    return result


def _inspect(row, engine, original, result):
    config = engine.config_digest()
    result.config = "same" if config == original.config else "differs"
    if config != original.config:
        result.wrong.append(f"expected config {original.config}, the engine has {config}")
    run = engine.run_image() if original.prints else None
    if run is not None:
        result.runs = "yes" if run.code == 0 and original.prints in run.text else "no"
        if result.runs == "no":
            result.wrong.append(
                f"expected its container to print '{original.prints}', exit code {run.code}: {run.last_line()}")


def _served_layers(row, exchanges, ever, original):
    """Layers and digest of the image manifest that the engine got for its platform.

    An engine may still hold the manifest from a pull before: docker keeps them in a content store that it cleans when
    it likes. It asks for the tag's digest alone then, or for nothing where it was told a digest. What such a digest
    stands for came over this wire then.
    """
    named = {each.response.get("docker-content-digest") for each in exchanges if each.is_manifest and each.status == 200}
    named.add(row.digest)
    for exchange in reversed([each for each in _manifests(ever) if _digest(each.body) in named] + _manifests(exchanges)):
        manifest = json.loads(exchange.body)
        if manifest.get("config", {}).get("digest") == original.config:
            return manifest["layers"], _digest(exchange.body)
    return [], ""


def _manifests(exchanges):
    return [each for each in exchanges if each.is_manifest and each.method == "GET" and each.status == 200]


def _digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _kind(layer):
    return next((kind for ending, kind in KINDS.items() if layer["mediaType"].endswith(ending)), layer["mediaType"])


def _form(kinds, digest, original):
    if digest == original.manifest:
        return ORIGINAL
    return {"tar": PLAIN, "zstd": ZSTD}.get("+".join(sorted(kinds)), "mixed " + "+".join(sorted(kinds)))


def _encodings(layers, blobs):
    """Of each layer, in order: its kind in the manifest, and how it came: tar/zstd, gzip, held."""
    words = []
    for layer in layers:
        got = [each for each in blobs if each.reference == layer["digest"]]
        ways = [each.response.get("content-encoding", "") or ("range" if each.status == 206 else "") for each in got]
        words.append("/".join([_kind(layer), *filter(None, ways)]) if got else "held")
    return " ".join(words)


def _wrong_forms(row, form, digest):
    wrong = []
    if row.expects and digest and digest != row.expects:
        wrong.append(f"expected manifest {row.expects}, got {digest}")
    parts = set(form.removeprefix("mixed ").split("+")) if form.startswith("mixed") else {form}
    names = {"gzip": ORIGINAL, "tar": PLAIN, "zstd": ZSTD, "none": "none"}
    allowed = row.forms | ({"none"} if row.all_held else set())
    if not {names.get(part, part) for part in parts} <= allowed:
        wrong.append(f"expected form {' or '.join(sorted(row.forms))}, got {form}")
    return wrong


def _wrong_fetches(row, layers, blobs):
    fetched = {each.reference for each in blobs} & {layer["digest"] for layer in layers}
    if row.all_held and fetched:
        return [f"expected no layer to be fetched, {len(fetched)} were"]
    if row.base_held and not layers:
        return ["expected a manifest on the wire, there was none"]
    if row.base_held and layers[0]["digest"] in fetched:
        return [f"expected the base layer {layers[0]['digest']} to be held, it was fetched again"]
    return []


def _broken_rules(exchange):
    """What no answer may do, whatever the row."""
    where, answer = f"{exchange.method} {exchange.target}", exchange.response
    if exchange.status not in (200, 206):
        return [f"{where}: answered {exchange.status}"] if exchange.status >= 500 else []
    problems = []
    encoding = answer.get("content-encoding", "")
    if encoding:
        accepted = exchange.request.get("accept-encoding", "")
        if encoding not in {each.split(";")[0].strip() for each in accepted.split(",")}:
            problems.append(f"{where}: Content-Encoding {encoding} for Accept-Encoding '{accepted}'")
        if exchange.status == 206:
            problems.append(f"{where}: a part with Content-Encoding {encoding}")
        if exchange.is_manifest:
            problems.append(f"{where}: a manifest with Content-Encoding {encoding}")
        if "accept-encoding" not in answer.get("vary", "").lower():
            problems.append(f"{where}: encoded, without Vary: Accept-Encoding")
        if "no-transform" not in answer.get("cache-control", ""):
            problems.append(f"{where}: encoded, without Cache-Control: no-transform")
        if answer.get("etag", "W/").startswith("W/"):
            problems.append(f"{where}: encoded, without a strong ETag")
    named = answer.get("docker-content-digest")
    if named and exchange.reference.startswith("sha256:") and named != exchange.reference:
        problems.append(f"{where}: Docker-Content-Digest {named}")
    if exchange.is_manifest and exchange.method == "GET":
        actual = _digest(exchange.body)
        if named not in (None, actual) or exchange.reference.startswith("sha256:") and exchange.reference != actual:
            problems.append(f"{where}: the body's digest is {actual}")
    return problems


def _heads_unlike_bodies(exchanges):
    """A HEAD of a tag says what the manifest fetched after it is."""
    bodies = {_digest(each.body): each for each in _manifests(exchanges)}
    problems = []
    for head in exchanges:
        body = bodies.get(head.response.get("docker-content-digest"))
        if head.method == "HEAD" and head.is_manifest and head.status == 200 and bodies:
            if not body:
                problems.append(f"HEAD {head.target}: a digest that was then not fetched")
            elif head.response.get("content-length") != str(len(body.body)):
                problems.append(f"HEAD {head.target}: Content-Length {head.response.get('content-length')}")
            elif head.response.get("content-type") != body.response.get("content-type"):
                problems.append(f"HEAD {head.target}: Content-Type {head.response.get('content-type')}")
    return problems


def _delta(exchanges):
    """What came over the link to CTS: the changed layer, and as its difference to what the agent holds."""
    blobs = [each for each in exchanges if each.is_blob and each.method == "GET" and each.status in (200, 206)]
    deltas = [each for each in blobs if each.response.get("content-encoding") == "cts-delta"]
    note = f"{sum(each.body_bytes for each in blobs) / 1e6:.1f} MB from CTS, {len(deltas)} as a delta"
    return note, [] if deltas else ["expected the changed layer to come as a delta, none did"]


def _encoded_meanwhile(exchanges):
    """What came over the link to CTS: layers whose variant had no digest yet."""
    blobs = [each for each in exchanges if each.is_blob and each.method == "GET" and each.status in (200, 206)]
    encoded = [each for each in blobs if each.response.get("cts-variant", "").startswith("zstd-")]  # else it is a digest
    note = f"{sum(each.body_bytes for each in blobs) / 1e6:.1f} MB from CTS, {len(encoded)} encoded meanwhile"
    return note, [] if encoded else ["expected a layer to be encoded while it comes, none was"]


def _fetched_twice(exchanges):
    """What an agent had of a variant when it was killed is not fetched again, but for the ranges under way."""
    wrong = []
    for blob in {each.reference for each in exchanges if each.is_blob}:
        parts = [each for each in exchanges if each.reference == blob and each.status == 206]
        total = max((int(each.response["content-range"].rpartition("/")[2]) for each in parts), default=0)
        fetched = sum(each.body_bytes for each in parts)
        if fetched > total + RANGES_UNDER_WAY:
            wrong.append(f"expected not to fetch again what the agent had of {total} bytes, {fetched} were fetched")
    return wrong


def _resumption(exchanges, must_be_encoded):
    cut = next((each for each in exchanges if each.cut), None)
    if not cut:
        return "", [f"expected a layer of more than {CUT_AFTER} bytes to be cut, there was none"]
    place = exchanges.index(cut)
    again = [each for each in exchanges[place + 1:] if each.reference == cut.reference and each.method == "GET"]
    encoded = cut.response.get("content-encoding", "identity")
    if must_be_encoded and encoded == "identity":
        return "", ["expected the cut layer to be sent encoded, it was not (with --mbit the link is thinner)"]
    if not again:
        return f"cut in {encoded}", ["expected the engine to ask for the cut layer again, it did not"]
    asked = again[0].request.get("range", "no range")
    return f"cut in {encoded}, then {asked}: {again[0].status}", []
