"""What is remembered of people, for how long, and how one of them is forgotten.

- `words`: words in the place of visitors and callers, that lead nowhere
- `stripping`: what makes a call, a lead, a form or a visitor somebody's is taken away
- `retention`: who came longer ago than the firm keeps is forgotten, slice by slice;
  `forgetting` is the job that does it
- `person`: all that is stored of one person; `erasing` and `handing_out` do what the law asks
- `stored`: what is stored of whom, and which cookies are set, for a privacy statement
- `forms`, `screens`, `person_screen`: the settings, that page, and the one for a person

Rule: figures stay. A visitor or caller who is forgotten goes on being one, and not another one.
"""
