"""How well vectors find what belongs together among tracks that nothing was learned from.

Two judges. *Same collection*: each track of a collection of five or more queries all other tracks,
and those of its collection are relevant. *Same track*, where there is no such collection: each half
of a track queries the other halves of all tracks, and that of its own track is relevant.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
DoubleArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

LEAST_COLLECTION = 5
_N_SIGNS = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """What one judge found.

    judge: "same collection" or "same track".
    by_query: average precision of each query, float64, shape (n_queries,).
    groups: number of the collection or track of each query, int64, shape (n_queries,).
    """

    judge: str
    by_query: DoubleArray
    groups: IntArray

    @property
    def macro_average_precision(self) -> float:
        """Mean over groups of the mean over their queries."""
        return float(self.by_query @ _macro_weights(self.groups))


@dataclass(frozen=True, slots=True)
class TagAgreement:
    """How far a network's tags are those of the teacher.

    macro_average_precision: of ranking the tracks by each tag, mean over the tags.
    chance: what rankings by chance would reach on average.
    n_tags: how many tags some track has, and another has not; the means are over these.
    """

    macro_average_precision: float
    chance: float
    n_tags: int


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What a finished network finds, beside what one finds that learned nothing.

    Of the embeddings it is the part that is learned which is judged.

    score, untrained: of the same judge over the same queries.
    tags: None where no tag of the teacher parts the tracks.
    """

    score: Score
    untrained: Score
    tags: TagAgreement | None

    @property
    def p_learned_nothing(self) -> float:
        """How likely a network that learned nothing is to be ahead of the untrained as far.

        A network is to be doubted where this is not small: its labels may stand beside the wrong
        tracks, or there was too little to learn from.
        """
        return p_no_better(self.score, self.untrained)

    @property
    def least_p(self) -> float:
        """The least that `p_learned_nothing` can be with so few collections or tracks."""
        return 2.0 ** -len(np.unique(self.score.groups))


def held_out_score(
    embeddings: FloatArray, track_index: IntArray, collections: Sequence[str]
) -> Score | None:
    """How well the held-out tracks find each other.

    Args:
        embeddings: of their clips in the order of time, float32, shape (n_clips, dimension).
        track_index: the track of each clip, int64, shape (n_clips,).
        collections: a name, or nothing, for each track number.

    Returns:
        The judgement of *same collection* if there is a large enough collection and something
        else, or else of *same track*; None where not even two tracks have two clips.
    """
    tracks = np.unique(track_index)
    names = np.array([collections[track] for track in tracks])
    sizes = Counter(name for name in names.tolist() if name)
    asking = np.array([sizes[name] >= LEAST_COLLECTION for name in names.tolist()])
    if asking.any() and len(set(names.tolist())) > 1:
        vectors = _mean_vectors(embeddings, [track_index == track for track in tracks])
        return _same_collection(vectors, names, asking)
    return _same_track(embeddings, [np.flatnonzero(track_index == track) for track in tracks])


def average_precision(relevant: BoolArray) -> float:
    """Mean of the precision at the rank of each relevant result, best result first.

    Args:
        relevant: of each result by falling similarity, shape (n_results,), at least one true.
    """
    ranks = np.flatnonzero(relevant) + 1
    return float((np.arange(1, len(ranks) + 1) / ranks).mean())


def tag_agreement(tag_logits: FloatArray, has_tag: BoolArray) -> TagAgreement | None:
    """How well tag logits, or scores, find the tracks that have each tag.

    Args:
        tag_logits: of each track, float32, shape (n_tracks, n_tags).
        has_tag: which tags the teacher gives to it, shape (n_tracks, n_tags).

    Returns:
        None where no tag parts the tracks.
    """
    parting = np.flatnonzero(has_tag.any(axis=0) & ~has_tag.all(axis=0))
    if not len(parting):
        return None
    order = np.argsort(-tag_logits, axis=0, kind="stable")  # (n_tracks, n_tags)
    precisions = [average_precision(has_tag[order[:, tag], tag]) for tag in parting]
    chances = [_precision_by_chance(int(n), len(has_tag)) for n in has_tag[:, parting].sum(axis=0)]
    return TagAgreement(float(np.mean(precisions)), float(np.mean(chances)), len(parting))


def _precision_by_chance(n_relevant: int, n_results: int) -> float:
    """The mean of the average precision over all orders of the results.

    At rank k the result is relevant with probability R/n, and of the k-1 before it (k-1)(R-1)/(n-1)
    are so on average; the mean over ranks of their precision is the sum below.
    """
    harmonic = float((1.0 / np.arange(1, n_results + 1)).sum())
    others = (n_results - harmonic) * (n_relevant - 1) / max(n_results - 1, 1)
    return (harmonic + others) / n_results


def p_no_better(score: Score, other: Score) -> float:
    """How likely a macro mean as far above the other's is if neither is better than the other.

    A paired permutation test, one-sided: were neither better, the difference of each group could as
    well have the other sign. Queries of one group depend on each other and keep theirs together:
    n groups never give less than 2**-n.

    Args:
        score: the one that may be better.
        other: of the same judge over the same queries.

    Returns:
        A p-value from 10,000 draws with a fixed seed, at least 1e-4.
    """
    group = np.unique(score.groups, return_inverse=True)[1]
    weighted = (score.by_query - other.by_query) * _macro_weights(score.groups)
    by_group = np.bincount(group, weights=weighted)
    signs = np.random.default_rng(0).choice((-1.0, 1.0), (_N_SIGNS, len(by_group)))
    as_large = signs @ by_group >= by_group.sum() - 1e-12  # equal but for rounding
    return float((1 + as_large.sum()) / (1 + _N_SIGNS))


def _same_collection(vectors: FloatArray, names: npt.NDArray[np.str_], asking: BoolArray) -> Score:
    similarity = vectors @ vectors.T
    precisions = []
    for query in np.flatnonzero(asking):
        order = np.argsort(-similarity[query], kind="stable")
        others = order[order != query]
        precisions.append(average_precision(names[others] == names[query]))
    groups = np.unique(names[asking], return_inverse=True)[1].astype(np.int64)
    return Score("same collection", np.array(precisions), groups)


def _same_track(embeddings: FloatArray, clips_of: Sequence[IntArray]) -> Score | None:
    halved = [np.array_split(clips, 2) for clips in clips_of if len(clips) > 1]
    if len(halved) < 2:  # noqa: PLR2004 - a half has to be found among others
        return None
    first = _mean_vectors(embeddings, [half for half, _ in halved])
    second = _mean_vectors(embeddings, [half for _, half in halved])
    similarity = first @ second.T
    own = similarity.diagonal()
    ranks = [_last_rank(similarity, own[:, None], 1), _last_rank(similarity, own[None, :], 0)]
    groups = np.tile(np.arange(len(halved)), 2)
    return Score("same track", 1.0 / np.concatenate(ranks), groups)


def _last_rank(similarity: FloatArray, own: FloatArray, axis: int) -> IntArray:
    """The rank of the own half, behind all that are as similar: who finds all alike finds nothing.

    Args:
        similarity: of each half with each of the others, shape (n_tracks, n_tracks).
        own: of the two halves of each track, of a shape that fits.
        axis: along which the others lie.
    """
    ranks: IntArray = (similarity >= own).sum(axis=axis)
    return ranks


def _mean_vectors(
    embeddings: FloatArray, members: Sequence[IntArray] | Sequence[BoolArray]
) -> FloatArray:
    """Unit means of unit vectors, one for each set of rows: shape (n_sets, dimension)."""
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    means = np.stack([unit[rows].mean(axis=0) for rows in members])
    vectors: FloatArray = means / np.linalg.norm(means, axis=1, keepdims=True)
    return vectors


def _macro_weights(groups: IntArray) -> DoubleArray:
    """What each query counts, so that groups count the same; the sum is 1."""
    _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    weights: DoubleArray = 1.0 / (len(sizes) * sizes[group])
    return weights
