"""Pages that nobody would write, to break the rewriter: `make fuzz` and `make fuzz-python`.

- `tables`: what is looked for in those pages
- `inputs`: an input: a table, what the caller is like, a cut, a page; those that are kept
- `corpus.txt`: the kept ones, small, each of which reaches code that the others do not
- `fuzz_stride.c`: the C core under libFuzzer; its head says what must hold
- `html.dict`: words that pages are made of
- `seeds`: pages to begin with
- `core`, `core_tables`: build that, run it, and keep what it learnt
- `builds`: compares the compiled build with the one in pure Python, on mutations of the same inputs
"""
