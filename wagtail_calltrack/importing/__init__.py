"""Numbers and spend from CSV: a file, a preview of what it would do, and then all of it or nothing.

    file → texts → columns → numbers | spend → preview → carrying → the same again, and written

- `texts`: a file in any of the usual codes and shapes, as a table
- `cells`: one cell as what it means
- `reader`: one line, cell by cell: values, and all that is wrong with it
- `columns`: headings in English and Dutch, and the cells below them by name
- `words`: rows that a cell names, by key or by name
- `preview`: what would happen, row by row
- `numbers`, `spend`: what a row means, and how all of them are written
- `imports`: a preview, and its carrying out if nothing has changed meanwhile
- `carrying`: the table between preview and confirm travels in the form, signed; nothing is kept
- `forms`, `views`: the screens
"""
