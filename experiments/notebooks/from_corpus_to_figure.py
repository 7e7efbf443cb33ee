# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From a corpus to a figure
#
# This notebook walks the whole way once: the codebook, a coded corpus, a model that codes passages
# it has not seen, a share corrected for the model's errors, and a figure of it. Run it cell by
# cell; it takes about half a minute.

# %%
import polars as pl

import stance

# %% [markdown]
# ## 1 · The codebook
#
# Three ideas (targets), each with a proposition on which a passage takes a stance. The labels mean
# exactly what the codebook says; `stance codebook` prints it whole.

# %%
book = stance.load_codebook()
for target in book.targets:
    print(f"{target.name['en']}: {target.proposition['en']}")

# %% [markdown]
# ## 2 · The corpus
#
# The passages of the default corpus were written for this project, by a language model, and coded
# twice, blind. A corpus is three tables: documents, passages, codings. The codings of all coders
# are kept; `gold` are the adjudicated ones.

# %%
corpus = stance.load_corpus("constructed")
print(corpus.documents.height, "documents,", corpus.passages.height, "passages")
corpus.passages.select("passage", "lang", "text").sample(3, seed=7)

# %%
corpus.gold.select("passage", *book.target_codes, "note").head()

# %% [markdown]
# How far two readings agree is the ceiling of everything that follows. Here: what the author of a
# passage meant, and what a blind coder read.

# %%
meant, read = corpus.coded_by("author"), corpus.coded_by("a")
agreed = stance.coding.agreement(meant, read, book, resamples=500)
agreed.filter(pl.col("layer") == "target", pl.col("statistic") == "alpha")

# %% [markdown]
# ## 3 · A model is a coder
#
# We hide the documents of every third number, train on the others, and let the model code the
# hidden ones. Documents stay whole: passages of one article must not stand on both sides.

# %%
number = pl.col("document").rank("dense")
train, hidden = corpus.gold.filter(number % 3 != 0), corpus.gold.filter(number % 3 == 0)
coder = stance.PassageCoder().fit(corpus.passages, train)
codings = coder.code(corpus.passages.filter(pl.col("passage").is_in(hidden["passage"].implode())))
codings.select("passage", *book.target_codes, *(f"p_{t}" for t in book.target_codes)).head()

# %% [markdown]
# The score on documents that the model has not seen, with its interval:

# %%
score = stance.evaluation.scores(codings, hidden, book, resamples=500)
score.filter(pl.col("code").str.starts_with("(")).select(
    "layer", "statistic", "estimate", "low", "high"
)

# %% [markdown]
# ## 4 · A corrected share
#
# Counting a model's decisions gives biased shares. Where some passages have gold, the share can be
# corrected. Here half of the hidden documents lend their gold; the others are only predicted.

# %%
half = hidden.filter(pl.col("document").rank("dense") % 2 == 0)
shares = stance.framing.prevalence(
    codings, codes=book.target_codes, gold=half, source="llm", resamples=500
)
shares.select("code", "method", "estimate", "low", "high", "n", "n_gold")

# %% [markdown]
# ## 5 · The figure
#
# The diamond is the raw count, the dot the corrected share with its 95 % interval. The shares of
# a corpus written to quotas say nothing of the world: bring passages of your own.

# %%
figure = stance.figures.prevalence(shares)
figure
