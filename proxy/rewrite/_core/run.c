/* Runs: digits with gaps between them, and what stands around them.
 *
 * Reads the same as the expressions of alphabet.py: at most SEPARATORS signs in a gap, white space
 * in a row counting as one, TAGS inline tags in a row. A digit or "+" that is written as an entity
 * or full-width makes a run hard; nothing more is found out about it here.
 */

#include <string.h>

#include "parts.h"

enum {
    SEPARATORS = 5,
    BLANKS = 256,
    TAGS = 8,
    DIGITS = 256,
    BEHIND = 256, /* how far back a number's surroundings matter */
    LOOK = 16,
    ENTITY = 40,
};

/* Characters written as entities */

#define NO_CHARACTER UINT32_MAX

typedef struct {
    uint32_t character; /* NO_CHARACTER: of no interest */
    size_t end;         /* 0: no numeric entity */
} numeric;

static int hex_of(uint8_t byte) {
    if (ct_is(byte, CT_DIGIT)) {
        return byte - '0';
    }
    byte = ct_lower(byte);
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Read "&#160;" or "&#xA0"; what stands at `at` is "&". */
static numeric read_numeric(ct_bytes bytes, size_t at) {
    size_t here = at + 2, size = bytes.size;
    if (here >= size || bytes.data[at + 1] != '#') {
        return (numeric){NO_CHARACTER, 0};
    }
    uint32_t base = ct_lower(bytes.data[here]) == 'x' ? 16 : 10, value = 0;
    here += base == 16;
    size_t start = here;
    for (; here < size; here++) {
        int digit = hex_of(bytes.data[here]);
        if (digit < 0 || (uint32_t)digit >= base) {
            break;
        }
        value = value < 0x110000 ? value * base + (uint32_t)digit : value;
    }
    if (here == start) {
        return (numeric){NO_CHARACTER, 0};
    }
    here += here < size && bytes.data[here] == ';';
    return (numeric){value, here};
}

static bool is_digit_or_plus(uint32_t character) {
    return (character >= '0' && character <= '9') || character == '+' || character == 0xFF0B
           || (character >= 0xFF10 && character <= 0xFF19);
}

static size_t named_end(const ct_path *path, ct_bytes bytes, size_t at) {
    const uint8_t *name = bytes.data + at + 1;
    size_t left = bytes.size - at - 1;
    for (size_t i = 0; i < path->entities.count; i++) {
        const ct_word *word = &path->entities.words[i];
        if (word->size <= left && memcmp(name, word->bytes, word->size) == 0) {
            bool closed = word->size < left && name[word->size] == ';';
            if (closed || word->bare) {
                return at + 1 + word->size + closed;
            }
        }
    }
    return 0;
}

/* Raw characters above 0x7F */

/* Decode a character of two or three bytes. Gives its length; 0 for anything else. */
static size_t read_utf8(ct_bytes bytes, size_t at, uint32_t *character) {
    const uint8_t *data = bytes.data + at;
    size_t left = bytes.size - at;
    if (left >= 2 && data[0] >= 0xC2 && data[0] < 0xE0 && (data[1] & 0xC0) == 0x80) {
        *character = (uint32_t)(data[0] & 0x1F) << 6 | (data[1] & 0x3F);
        return 2;
    }
    if (left >= 3 && (data[0] & 0xF0) == 0xE0 && (data[1] & 0xC0) == 0x80
        && (data[2] & 0xC0) == 0x80) {
        *character = (uint32_t)(data[0] & 0x0F) << 12 | (uint32_t)(data[1] & 0x3F) << 6
                     | (data[2] & 0x3F);
        return *character >= 0x800 ? 3 : 0;
    }
    return 0;
}

/* Whether a character that may be a separator, a digit or a "+" begins here and is cut off. */
static bool is_cut_off(const ct_path *path, ct_bytes bytes, size_t at) {
    size_t left = bytes.size - at;
    uint8_t first = bytes.data[at];
    if (!path->utf8 || left > 2 || (left == 2 && first < 0xE0)) {
        return false;
    }
    return first == 0xC2 || first == 0xE1 || first == 0xE2 || first == 0xE3 || first == 0xEF;
}

/* Gaps */

/* Give the end of one separator; 0 where there is none. */
static size_t separator_end(const ct_path *path, ct_bytes bytes, size_t at) {
    if (at >= bytes.size) {
        return 0;
    }
    uint8_t first = bytes.data[at];
    if (ct_is(first, CT_SPACE)) {
        size_t end = at + 1;
        while (end < bytes.size && end - at < BLANKS && ct_is(bytes.data[end], CT_SPACE)) {
            end++;
        }
        return end;
    }
    if (ct_is(first, CT_PLAIN_GAP)) {
        return at + 1;
    }
    if (first == '&') {
        numeric found = read_numeric(bytes, at);
        if (found.end != 0) {
            return ct_path_separates(path, found.character) ? found.end : 0;
        }
        return named_end(path, bytes, at);
    }
    if (first < 0x80) {
        return 0;
    }
    if (path->lone[first]) {
        return at + 1;
    }
    uint32_t character = 0;
    size_t size = path->utf8 ? read_utf8(bytes, at, &character) : 0;
    return size != 0 && ct_path_separates(path, character) ? at + size : 0;
}

static size_t skip_tags(ct_bytes bytes, size_t at, size_t *first_tag) {
    for (int count = 0; count < TAGS && at < bytes.size && bytes.data[at] == '<'; count++) {
        if (bytes.is_value) {
            return at;
        }
        bool begun = false;
        size_t end = ct_inline_tag(bytes, at, &begun);
        if (end == 0) {
            return at;
        }
        *first_tag = at < *first_tag ? at : *first_tag;
        at = end;
    }
    return at;
}

/* Give the end of what may stand between two digits. */
static size_t gap_end(const ct_path *path, ct_bytes bytes, size_t at, size_t *first_tag) {
    at = skip_tags(bytes, at, first_tag);
    for (int count = 0; count < SEPARATORS; count++) {
        size_t end = separator_end(path, bytes, at);
        if (end == 0) {
            return at;
        }
        at = skip_tags(bytes, end, first_tag);
    }
    return at;
}

typedef enum { GOES_ON, HARD_SIGN, MAY_GO_ON, OVER } after_gap;

/* Say what stands behind a gap: a digit, one that is hard to read, perhaps one, or none. */
static after_gap look_behind_gap(const ct_path *path, ct_bytes bytes, size_t at) {
    if (at == bytes.size) {
        return bytes.last ? OVER : MAY_GO_ON;
    }
    uint8_t first = bytes.data[at];
    if (ct_is(first, CT_DIGIT)) {
        return GOES_ON;
    }
    if (first == '<') {
        bool begun = false;
        return !bytes.last && ct_inline_tag(bytes, at, &begun) == 0 && begun ? MAY_GO_ON : OVER;
    }
    if (first == '&') {
        size_t end = at + 1;
        while (end < bytes.size && end - at <= ENTITY
               && (ct_is(bytes.data[end], CT_ALPHA | CT_DIGIT) || bytes.data[end] == '#')) {
            end++;
        }
        if (!bytes.last && end == bytes.size) {
            return MAY_GO_ON;
        }
        numeric found = read_numeric(bytes, at);
        return found.end != 0 && is_digit_or_plus(found.character) ? HARD_SIGN : OVER;
    }
    if (first < 0x80) {
        return OVER;
    }
    if (is_cut_off(path, bytes, at)) {
        return bytes.last ? OVER : MAY_GO_ON;
    }
    uint32_t character = 0;
    size_t size = path->utf8 ? read_utf8(bytes, at, &character) : 0;
    return size != 0 && is_digit_or_plus(character) ? HARD_SIGN : OVER;
}

/* Runs */

typedef struct {
    uint8_t digits[DIGITS];
    size_t count;
    size_t groups[DIGITS];  /* where each group begins, in the page */
    size_t firsts[DIGITS];  /* and in `digits` */
    size_t groups_count;
    size_t end;             /* behind the last digit */
    size_t first_tag;       /* in the run; SIZE_MAX for none */
    after_gap after;
} digits_read;

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
        size_t tag = SIZE_MAX;
        size_t next = gap_end(path, bytes, at, &tag);
        run->after = look_behind_gap(path, bytes, next);
        if (run->after != GOES_ON || run->count == DIGITS) {
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

static ct_run weigh(const ct_path *path, const digits_read *run, size_t begun) {
    bool may_be_longer = run->after == MAY_GO_ON || run->count == DIGITS;
    bool has_plus = begun < run->groups[0];
    if (has_plus && run->after == MAY_GO_ON) {
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
        bool easy = !may_be_longer && run->first_tag == SIZE_MAX;
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
        at = gap_end(path, bytes, at + 1, &tag);
        after_gap after = look_behind_gap(path, bytes, at);
        if (after == OVER) {
            return (ct_run){CT_DULL, 0, 0, begun + 1, 0};
        }
        if (after != GOES_ON || tag != SIZE_MAX) {
            return hard(begun);
        }
    }
    read_digits(path, bytes, at, &run);
    if (run.after == HARD_SIGN) {
        return hard(begun);
    }
    return weigh(path, &run, begun);
}

/* Signs in text */

static bool may_become_plus(ct_bytes bytes, size_t at) {
    static const char word[] = "&plus;";
    size_t same = 0;
    while (word[same] != 0 && at + same < bytes.size && bytes.data[at + same] == (uint8_t)word[same]) {
        same++;
    }
    return word[same] == 0 || (at + same == bytes.size && !bytes.last);
}

size_t ct_dull_sign(const ct_path *path, ct_bytes bytes, size_t at) {
    if (bytes.data[at] != '&') {
        uint32_t character = 0;
        size_t size = read_utf8(bytes, at, &character);
        if (is_cut_off(path, bytes, at) && !bytes.last) {
            return 0;
        }
        if (size == 0) {
            return at + 1;
        }
        return is_digit_or_plus(character) ? 0 : at + size;
    }
    if (may_become_plus(bytes, at)) {
        return 0;
    }
    if (at + 1 == bytes.size || bytes.data[at + 1] != '#') {
        return at + 1;
    }
    numeric found = read_numeric(bytes, at);
    if (found.end == 0) {
        return bytes.last || at + 3 < bytes.size ? at + 1 : 0;
    }
    if (is_digit_or_plus(found.character) || (found.end == bytes.size && !bytes.last)) {
        return 0;
    }
    return found.end;
}

/* Surroundings */

static bool is_blank(uint8_t byte) { return ct_is(byte, CT_SPACE); }

static bool has_iban_head(const uint8_t *text, size_t size) {
    for (size_t at = 0; at + 4 <= size; at++) {
        if (ct_is(text[at + 3], CT_DIGIT) && ct_is(text[at + 2], CT_DIGIT) && text[at] >= 'A'
            && text[at] <= 'Z' && text[at + 1] >= 'A' && text[at + 1] <= 'Z') {
            return true;
        }
    }
    return false;
}

static bool stirs_behind(ct_bytes bytes, size_t at) {
    if (at == bytes.size) {
        return false;
    }
    uint8_t first = bytes.data[at];
    if (first == '.') {
        return at + 1 < bytes.size && bytes.data[at + 1] >= 'a' && bytes.data[at + 1] <= 'z';
    }
    return ct_is(first, CT_ALPHA) || memchr("_@#=&", first, 5) != NULL;
}

typedef enum { NO_TAG, INLINE_TAG, BORDER_TAG } tag_before;

/* Say what tag ends with the ">" before a place; `start`: where it begins. */
static tag_before read_back(const uint8_t *data, size_t floor, size_t at, size_t *start) {
    size_t less = at - 1;
    while (less > floor && data[less - 1] != '<' && data[less - 1] != '>') {
        less--;
    }
    if (less == floor || data[less - 1] == '>') {
        return NO_TAG;
    }
    *start = less - 1;
    less += data[less] == '/';
    size_t stop = less;
    while (stop < at && ct_is(data[stop], CT_ALPHA | CT_DIGIT)) {
        stop++;
    }
    if (stop == less) {
        return NO_TAG;
    }
    return ct_is_inline_name(data + less, stop - less) ? INLINE_TAG : BORDER_TAG;
}

bool ct_is_calm(ct_bytes bytes, size_t start, size_t end) {
    const uint8_t *data = bytes.data;
    size_t floor = start > BEHIND ? start - BEHIND : 0;
    if (stirs_behind(bytes, end) || has_iban_head(data + floor, start - floor)) {
        return false;
    }
    size_t at = start;
    at -= at > floor && data[at - 1] == '(';
    if (at == 0) {
        return true;
    }
    tag_before before = INLINE_TAG;
    while (at > floor && data[at - 1] == '>' && before == INLINE_TAG) {
        before = read_back(data, floor, at, &at);
    }
    return before == BORDER_TAG || (before == INLINE_TAG && at > floor && is_blank(data[at - 1]));
}

/* Say whether a tag is written plainly up to its ">" at `last`: no bracket in a value, no odd quote. */
static bool is_plain_tag(const uint8_t *data, size_t at, size_t last) {
    at += 1 + (data[at + 1] == '/');
    while (at < last && ct_is(data[at], CT_ALPHA | CT_DIGIT)) {
        at++;
    }
    while (at < last && data[at] == ' ' && (ct_is(data[at + 1], CT_ALPHA) || data[at + 1] == '-')) {
        at++;
        while (at < last && (ct_is(data[at], CT_ALPHA) || data[at] == '-')) {
            at++;
        }
        if (at + 1 < last && data[at] == '=' && data[at + 1] == '"') {
            for (at += 2; at < last && data[at] != '"'; at++) {
                if (data[at] == '<' || data[at] == '>') {
                    return false;
                }
            }
            at++;
        }
    }
    at += at < last && data[at] == ' ';
    at += at < last && data[at] == '/';
    return at == last;
}

/* Say whether a place may be inside a tag that began before it. */
static bool is_in_tag(const uint8_t *data, size_t floor, size_t at) {
    while (at > floor && data[at - 1] != '<' && data[at - 1] != '>') {
        at--;
    }
    return at > floor && data[at - 1] == '<';
}

static bool ends_with(const uint8_t *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && memcmp(text + size - length, word, length) == 0;
}

bool ct_may_follow_digits(ct_bytes bytes, size_t floor, size_t at) {
    const uint8_t *data = bytes.data;
    size_t first = at > BEHIND ? at - BEHIND : 0;
    floor = floor > first ? floor : first;
    size_t look = at - floor > LOOK ? at - LOOK : floor;
    while (at > look && ct_is(data[at - 1], CT_PLAIN_GAP)) {
        at--;
    }
    if (at == look) {
        return look > floor;
    }
    uint8_t before = data[at - 1];
    size_t size = at - look;
    if (ct_is(before, CT_DIGIT) || before == ';' || before >= 0x80
        || ends_with(data + look, size, "nbsp") || ends_with(data + look, size, "shy")
        || ends_with(data + look, size, "middot")) {
        return true;
    }
    size_t tag = floor;
    if (before != '>') {
        return false;
    }
    return read_back(data, floor, at, &tag) != BORDER_TAG || !is_plain_tag(data, tag, at - 1)
           || is_in_tag(data, floor, tag);
}
