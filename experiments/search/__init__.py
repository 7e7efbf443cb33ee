"""Long searches and trainings that need the texts: ``make search TEXTS=folder``.

`folder` holds the real corpora with their texts, as ``stance corpus hydrate`` writes them
(``folder/ungdc``, ``folder/press``, ``folder/programmes``). What is found here is committed
(``experiments/search/results``, ``corpora/models``) and used by ``make reproduce``.
"""
