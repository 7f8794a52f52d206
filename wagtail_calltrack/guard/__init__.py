"""Numbers in content: tracking numbers are refused at save, and all that stand there are listed.

- `scope`: which models and fields are content, and how a site says otherwise
- `texts`: the texts in a field's value, block by block
- `stock`: the numbers that are looked for, and a quick answer whether one may stand in a text
- `reading`: which of them stand in a text, by the rewriter's own reading
- `refusal`: what an editor is told
- `watch`: has every save of content refuse tracking numbers
- `copies`: refuses one in the title that a copy of a page is given
- `findings`: the numbers in one row of content, live and drafted
- `renewing`: keeps them up to date when the row is saved
- `look`: a look at all content, slice by slice
- `visible`, `advice`, `screens`: the report, what each row means, and who may see it

A tracking number in content is read by everybody, and whoever calls it is counted as the visitor
who holds it. So it never gets there by hand.
"""
