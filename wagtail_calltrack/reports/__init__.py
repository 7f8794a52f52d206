"""Reports: what each channel, campaign, keyword, page, vestiging and number brought, and its cost.

- `periods`: stretches of days, the usual ones, and the one before to compare with
- `asked`: what somebody asks of a report: dimension, days, filters, attribution model
- `reading`: visitors and calls, counted by the database
- `counted`: since when it is counted, and so whether periods compare
- `values`: what won leads brought
- `costs`: spend, rent and fees, by whole days, and how they are shared out; `spending` reads them
- `silent`: where the costs go of a campaign that nobody came by and nobody called
- `figures`: one row's figures, what is reckoned from them, and how two compare
- `report`: all of it together
- `columns`, `naming`, `charts`: how figures are printed and compared, what rows are called, and SVG
- `seeing`, `form`: who sees what, and the form over a report
- `behind`: the calls behind a row; `exports`: a report as CSV and XLSX
- `page`, `screens`: the pages
- `pools`, `pool_screen`: what was asked of each pool, hour by hour

Who may view calls sees reports; an editor of some sites sees what belongs to these sites alone.
"""
