"""The settings of `calltrack-proxy run`: one table, read from four places.

    command_line | environment | file → reading → run
                                    ↘ schema, summary

- `kinds`: the kinds of values, and how text and TOML become them
- `settings`: THE table: each setting's name, section, kind, default, unit, sentence
- `places`, `visits`, `limits`, `running`: its rows
- `setting`: one row of it, and the names that follow from its own
- `command_line`: the table as options, and what stands on a command line no more
- `toml_lines`: on which line of a file something stands
- `file`: the TOML file, read
- `reading`: command line before environment before file before default, all problems at once
- `made`: objects made of settings
- `sites`: several sites by host
- `schema`: the table as JSON Schema, and as the tables of docs/proxy-config.md
- `summary`: what is in force, and from where it came; no secret is told

This module imports nothing.
"""
