/* Runs: digits with gaps between them, and whether a number of ours may be among them. */

#include "parts.h"

enum { DIGITS = 256 /* of a run; a longer one is read in parts */ };

typedef struct {
    uint8_t digits[DIGITS];
    size_t count;
    size_t groups[DIGITS];  /* where each group begins, in the page */
    size_t firsts[DIGITS];  /* and in `digits` */
    size_t groups_count;
    size_t end;             /* behind the last digit */
    size_t first_tag;       /* in the run; SIZE_MAX for none */
    ct_after_gap after;
} digits_read;

/* Whether what stands behind digits is surely neither one nor a gap. */
static bool ends_digits(uint8_t byte) {
    return byte < 0x80 && !ct_is(byte, CT_PLAIN_GAP | CT_DIGIT) && byte != '<' && byte != '&';
}

static void read_digits(const ct_path *path, ct_bytes bytes, size_t at, digits_read *run) {
    run->count = run->groups_count = 0;
    run->first_tag = SIZE_MAX;
    for (;;) {
        run->groups[run->groups_count] = at;
        run->firsts[run->groups_count++] = run->count;
        while (at < bytes.size && ct_is(bytes.data[at], CT_DIGIT) && run->count < DIGITS) {
            run->digits[run->count++] = (uint8_t)(bytes.data[at++] - '0');
        }
        run->end = at;
        if (at < bytes.size && ends_digits(bytes.data[at])) {
            run->after = CT_OVER;
            return;
        }
        size_t tag = SIZE_MAX;
        size_t next = ct_gap_end(path, bytes, at, &tag);
        run->after = ct_look_behind_gap(path, bytes, next);
        if (run->after != CT_GOES_ON || run->count == DIGITS) {
            return;
        }
        run->first_tag = run->first_tag == SIZE_MAX ? tag : run->first_tag;
        at = next;
    }
}

typedef enum { NO_START, START, HALF_START } starting;

/* Say whether a number of ours begins like a group. HALF_START: as far as there are digits. */
static starting starts_at(const ct_path *path, const digits_read *run, size_t group) {
    uint64_t start = 1;
    size_t first = run->firsts[group];
    for (size_t at = first; at - first < path->depth; at++) {
        if (at == run->count) {
            return HALF_START;
        }
        start = start * 10 + run->digits[at];
        if (!ct_path_has_start(path, start)) {
            return NO_START;
        }
    }
    return START;
}

static ct_run hard(size_t next) { return (ct_run){CT_HARD, 0, 0, next, 0}; }

static ct_run dull(const digits_read *run, size_t until) {
    size_t next = run->first_tag < until ? run->first_tag : until;
    return (ct_run){CT_DULL, 0, 0, next, until};
}

/* Where to stop for a group: at it, but where the run has a "+", which tells whose number it is. */
static size_t stop_at(const digits_read *run, size_t group, size_t begun) {
    return begun < run->groups[0] ? begun : run->groups[group];
}

/* What to do with a run in which no number begins for sure but one may, from a group on. */
static ct_run weigh_half(const digits_read *run, size_t group, size_t begun) {
    if (run->count == DIGITS && group > 0) {
        return dull(run, run->groups[group]);
    }
    return hard(stop_at(run, group, begun));
}

/* Say whether no tag in a run matters. */
static bool are_plain(const ct_path *path, ct_bytes bytes, size_t at, size_t end) {
    for (at = at < end ? ct_find(bytes, at, '<') : end; at < end;) {
        ct_tag tag;
        ct_read_markup(path, bytes, at, &tag);
        if (tag.kind != CT_PLAIN) {
            return false;
        }
        at = ct_find(bytes, tag.end, '<');
    }
    return true;
}

static ct_run weigh(const ct_path *path, ct_bytes bytes, const digits_read *run, size_t begun) {
    bool may_be_longer = run->after == CT_MAY_GO_ON || run->count == DIGITS;
    bool has_plus = begun < run->groups[0];
    if (has_plus && run->after == CT_MAY_GO_ON) {
        return hard(begun); /* its "+" tells of digits that are still to come */
    }
    for (size_t group = 0; group < run->groups_count; group++) {
        starting found = starts_at(path, run, group);
        if (found == NO_START || (found == HALF_START && !may_be_longer)) {
            continue;
        }
        if (run->first_tag < run->groups[group]) { /* the tags before it are to be read first */
            return has_plus ? hard(begun) : dull(run, run->groups[group]);
        }
        if (found == HALF_START) {
            return weigh_half(run, group, begun);
        }
        bool easy = !may_be_longer && are_plain(path, bytes, run->first_tag, run->end);
        size_t next = stop_at(run, group, begun);
        return easy ? (ct_run){CT_CLEAR, begun, run->end, next, 0} : hard(next);
    }
    return dull(run, run->end);
}

ct_run ct_read_run(const ct_path *path, ct_bytes bytes, size_t at) {
    digits_read run;
    size_t begun = at;
    if (bytes.data[at] == '+') {
        size_t tag = SIZE_MAX;
        at = ct_gap_end(path, bytes, at + 1, &tag);
        ct_after_gap after = ct_look_behind_gap(path, bytes, at);
        if (after == CT_OVER) {
            return (ct_run){CT_DULL, 0, 0, begun + 1, 0};
        }
        if (after != CT_GOES_ON || tag != SIZE_MAX) {
            return hard(begun);
        }
    }
    read_digits(path, bytes, at, &run);
    if (run.after == CT_HARD_SIGN) {
        return hard(begun);
    }
    return weigh(path, bytes, &run, begun);
}
