"""What is pulled, by whom and when, and what is expected of each pull."""
from collections.abc import Callable
from dataclasses import dataclass, field

from .engines import MIRROR, PATH

ORIGINAL, PLAIN, ZSTD = "original", "plain", "zstd"
AGENT, CTS = "agent", "CTS"
CUT_AFTER = 3_000_000  # bytes into a layer that is larger
KILL_AFTER = 60_000_000  # by then a good deal has come over the link to CTS


@dataclass
class Row:
    moment: str
    image: str
    tag: str = "v1"
    road: str = PATH
    digest: str = ""  # pulls by this digest instead of the tag
    expects: str = ""  # this manifest digest exactly
    forms: set = field(default_factory=set)  # the forms that may be answered; empty: any
    base_held: bool = False  # the engine has the first layer, so must not fetch it
    all_held: bool = False  # nor any other
    cut: bool = False
    killed: str = ""  # AGENT or CTS, while a layer is on its way
    delta: bool = False  # the agent is sent a delta
    encoded_meanwhile: bool = False  # CTS encodes a layer while it sends it to the agent
    before: Callable | None = None  # what is done first
    platform: str = ""
    keep: bool = False  # the next row builds on what this one left in the engine

    @property
    def reference(self):
        return f"@{self.digest}" if self.digest else self.tag


def before_anything(engine, samples, product, first):
    """Images that nobody has pulled or announced; for the first engine a big one."""
    fresh = samples.big("fresh-big") if first else samples.small(f"fresh-{engine.name}")
    original = samples.original(fresh, "v1").manifest
    yield Row("before profiling", fresh, expects=original, forms={ORIGINAL}, keep=engine.keeps_images)
    if engine.keeps_images:
        product.wait_until_profiled(f"{fresh}:v1")
        yield Row("profiled since, same node", fresh, expects=original, forms={ORIGINAL}, all_held=True)


def small_pulls(engine, samples, product, seen):
    """`seen` was pulled by somebody else and is profiled."""
    allowed = forms_for(engine)
    yield Row("after profiling", seen, forms=allowed)
    original = samples.original(seen, "v1").manifest
    if product.makes_forms:
        made = product.digests(f"{seen}:v1")
        for form in PLAIN, ZSTD:
            if form in made and form in allowed:
                yield Row(f"by CTS's digest, {form}", seen, digest=made[form], expects=made[form], forms={form})
    yield Row("by original digest", seen, digest=original, expects=original, forms={ORIGINAL})


def big_pulls(engine, samples, product):
    """app:v1, app:v2 and app:multi are announced and ready."""
    better = better_forms_for(engine, product)
    yield Row("announced", "app", "v1", forms=better, keep=engine.keeps_images)
    if engine.keeps_images:
        yield Row("update, base is held", "app", "v2", forms=better, base_held=True)
    if MIRROR in engine.roads:
        yield Row("announced", "app", "v1", road=MIRROR, forms=better)
    if engine.resumes:
        digest = product.digests("app:v1")[PLAIN] if product.makes_forms else ""
        yield Row("cut in mid-blob", "app", "v1", digest=digest, forms={PLAIN} if digest else {ORIGINAL}, cut=True)


def unread_pulls(engine, samples, product, first):
    """Through an agent, what nobody has pulled or announced; for the first engine something big."""
    image = samples.big("unread-big") if first else samples.small(f"unread-{engine.name}")
    yield Row("nobody has read it", image, forms={PLAIN}, encoded_meanwhile=True, before=product.begin_anew)
    index = samples.small_index(f"unread-index-{engine.name}")
    yield Row("index, nobody has read it", index, forms={PLAIN}, encoded_meanwhile=True)


def agent_pulls(engine, samples, product):
    """app:v1 and app:v2 are announced and ready; the agent's node is one on a thin link, and holds nothing."""
    v1, v2 = (product.digests(f"app:{tag}")[PLAIN] for tag in ("v1", "v2"))
    changed = samples.original("app", "v2").diff_ids[-1]

    def has_delta():
        product.await_delta("app", changed)

    anew = product.begin_anew
    yield Row("announced", "app", "v1", forms={PLAIN}, before=anew, keep=engine.keeps_images)
    yield Row("update", "app", "v2", forms={PLAIN}, base_held=engine.keeps_images, delta=True, before=has_delta)
    yield Row("by CTS's digest, plain", "app", "v1", digest=v1, expects=v1, forms={PLAIN}, before=anew, keep=engine.keeps_images)
    yield Row("update by CTS's digest", "app", "v2", digest=v2, expects=v2, forms={PLAIN}, base_held=engine.keeps_images,
              delta=True, before=has_delta)
    original = samples.original("app", "v1").manifest
    yield Row("by original digest", "app", "v1", digest=original, expects=original, forms={ORIGINAL})
    if MIRROR in engine.roads:
        yield Row("held by the agent", "app", "v1", road=MIRROR, forms={PLAIN})
    if engine.resumes:
        yield Row("cut in mid-blob", "app", "v1", digest=v1, forms={PLAIN}, cut=True)
    yield Row("agent killed on the way", "app", "v1", forms={PLAIN}, before=anew, killed=AGENT)
    yield Row("CTS killed on the way", "app", "v1", forms={PLAIN}, before=anew, killed=CTS)


def index_pulls(engine, samples, product):
    yield Row("index", "app", "multi", forms=forms_for(engine))
    yield Row("index, other platform", "app", "multi", platform="linux/arm64", forms=forms_for(engine))


def forms_for(engine):
    return {ORIGINAL, PLAIN, ZSTD} if engine.reads_zstd else {ORIGINAL, PLAIN}


def better_forms_for(engine, product):
    """On a link that is not fast, layers in zstd are sooner there than the gzip of the original: a quarter fewer bytes."""
    return {PLAIN, ZSTD} if engine.reads_zstd and product.makes_forms else forms_for(engine)
