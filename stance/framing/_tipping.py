"""How unlike the readings of two groups must be for the difference of their shares to vanish.

A tipping-point analysis (quantitative bias analysis run backwards). A corrected share is right for
what readers find: ``share = sensitivity * true + (1 - specificity) * (1 - true)``. Readers who
overlook, or invent, more in one group than in another make a difference where there is none.

References
----------
Rogan and Gladen 1978, "Estimating prevalence from the results of a screening test", American
Journal of Epidemiology 107(1): the equation above, and the true share by it;
Lash, Fox and Fink 2009, Applying Quantitative Bias Analysis to Epidemiologic Data, ch. 6;
Lash et al. 2014, "Good practices for quantitative bias analysis", International Journal of
Epidemiology 43(6).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from stance._resampling import Floats


class TippingPoint(NamedTuple):
    """Differences in sensitivity, and in specificity, that would undo a contrast, in [0, 1]."""

    sensitivity: Floats
    specificity: Floats


def tipping_point(
    share: ArrayLike, other: ArrayLike, *, sensitivity: float = 1.0, specificity: float = 1.0
) -> TippingPoint:
    """The smallest differences between readings of two groups that leave them one true share.

    Parameters
    ----------
    share, other : array-like
        Shares that were read in the two groups, in [0, 1]; arrays of one shape, or of shapes that
        broadcast.
    sensitivity, specificity : float
        Of the reading of the group that is read better, in (0, 1]. With a specificity of 1 the
        tipping point of sensitivity is in proportion to sensitivity; with less it is larger.

    Returns
    -------
    TippingPoint
        Two arrays, NaN where no difference would do:

        - ``sensitivity``: by how much less of what is there must be found in the group with the
          smaller share, specificity being the same in both. With ``true`` the true share in the
          other group, ``(share + specificity - 1) / (sensitivity + specificity - 1)``, it is
          ``(share - other) / true``.
        - ``specificity``: by how much less of what is not there must be left alone in the group
          with the larger share, sensitivity being the same in both:
          ``(share - other) / (1 - true)``, ``true`` being that of the group with the smaller share.

    Raises
    ------
    ValueError
        If a number does not lie in its range, or ``sensitivity + specificity`` is 1 or less.

    Examples
    --------
    30 % were read in one group, 10 % in another. All is undone if every passage is found in the one
    and a third of them in the other, or if 2 in 9 of those without the code were given it.

    >>> point = tipping_point(0.3, 0.1)
    >>> f"{point.sensitivity:.3f} {point.specificity:.3f}"
    '0.667 0.222'
    """
    one, two = (np.asarray(value, dtype=np.float64) for value in (share, other))
    for name, values in (("share", one), ("share", two)):
        if values.size and not ((values >= 0) & (values <= 1)).all():
            worst = values[~((values >= 0) & (values <= 1))].flat[0]
            raise ValueError(f"found a {name} of {worst}; expected shares from 0 to 1")
    for name, rate in (("sensitivity", sensitivity), ("specificity", specificity)):
        if not 0 < rate <= 1:
            raise ValueError(f"found a {name} of {rate}; expected one over 0, at most 1")
    if sensitivity + specificity <= 1:
        raise ValueError(
            f"found a sensitivity of {sensitivity} and a specificity of {specificity}; expected a "
            "reading better than chance (a sum over 1)"
        )
    larger, smaller = np.maximum(one, two), np.minimum(one, two)
    found = undoing(larger, smaller, sensitivity, specificity)
    return TippingPoint(
        *(possible(d, most) for d, most in zip(found, (sensitivity, specificity), strict=True))
    )


def undoing(
    larger: Floats, smaller: Floats, sensitivity: float, specificity: float
) -> tuple[Floats, Floats]:
    """Differences that undo ``larger - smaller``; over 1 where none would, negative if it is."""
    power = sensitivity + specificity - 1
    gap = larger - smaller
    in_larger, in_smaller = ((share - (1 - specificity)) / power for share in (larger, smaller))
    most = np.where(gap > 0, 2.0, gap)
    overlooked, invented = most.copy(), most.copy()
    np.divide(gap, in_larger, out=overlooked, where=(in_larger > 0) & (in_larger <= 1))
    np.divide(gap, 1 - in_smaller, out=invented, where=(in_smaller >= 0) & (in_smaller < 1))
    return overlooked, invented


def possible(difference: ArrayLike, most: float) -> Floats:
    """A difference between a rate of `most` and a lower one, NaN where that would be below 0."""
    value = np.asarray(difference, dtype=np.float64)
    return np.where(value <= most + 1e-9, np.clip(value, 0, most), np.nan)
