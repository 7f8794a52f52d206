"""Numbers, spend and calls from CSV: a file, a preview of what it would do, and then it is done.

    file → texts → columns → numbers | spend | calls → preview → carrying → the same again, and
    written: all of it or nothing; of calls all but the rows that are wrong

- `texts`: a file in any of the usual codes and shapes, as a table
- `cells`: one cell as what it means
- `reader`: one line, cell by cell: values, and all that is wrong with it
- `columns`: headings in English and Dutch, and the cells below them by name
- `words`: rows that a cell names, by key or by name
- `preview`: what would happen, row by row
- `numbers`, `spend`: what a row means, and how all of them are written
- `calls`: calls, by the function that the API stores them with
  - `call_columns`, `call_cells`: what phone systems call their columns, and write in them
  - `call_lines`, `call_rows`: a line as a call, and how it differs from what was told before
- `imports`: a preview, and its carrying out if nothing has changed meanwhile
- `carrying`: the table between preview and confirm travels in the form, signed; nothing is kept
- `forms`, `views`: the screens
"""
