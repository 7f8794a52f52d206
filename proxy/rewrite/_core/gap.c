/* What may stand between two digits of one number, and signs that may be digits themselves.
 *
 * Reads the same as the expressions of alphabet.py: at most SEPARATORS signs in a gap, white space
 * in a row counting as one, TAGS inline tags in a row. A digit or "+" that is written as an entity
 * or full-width makes a run hard; nothing more is found out about it here.
 */

#include <string.h>

#include "parts.h"

enum { SEPARATORS = 5, BLANKS = 256, TAGS = 8, ENTITY = 40 };

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
size_t ct_gap_end(const ct_path *path, ct_bytes bytes, size_t at, size_t *first_tag) {
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

/* Say what stands behind a gap: a digit, one that is hard to read, perhaps one, or none. */
ct_after_gap ct_look_behind_gap(const ct_path *path, ct_bytes bytes, size_t at) {
    if (at == bytes.size) {
        return bytes.last ? CT_OVER : CT_MAY_GO_ON;
    }
    uint8_t first = bytes.data[at];
    if (ct_is(first, CT_DIGIT)) {
        return CT_GOES_ON;
    }
    if (first == '<') {
        bool begun = false;
        return !bytes.last && ct_inline_tag(bytes, at, &begun) == 0 && begun ? CT_MAY_GO_ON : CT_OVER;
    }
    if (first == '&') {
        size_t end = at + 1;
        while (end < bytes.size && end - at <= ENTITY
               && (ct_is(bytes.data[end], CT_ALPHA | CT_DIGIT) || bytes.data[end] == '#')) {
            end++;
        }
        if (!bytes.last && end == bytes.size) {
            return CT_MAY_GO_ON;
        }
        numeric found = read_numeric(bytes, at);
        return found.end != 0 && is_digit_or_plus(found.character) ? CT_HARD_SIGN : CT_OVER;
    }
    if (first < 0x80) {
        return CT_OVER;
    }
    if (is_cut_off(path, bytes, at)) {
        return bytes.last ? CT_OVER : CT_MAY_GO_ON;
    }
    uint32_t character = 0;
    size_t size = path->utf8 ? read_utf8(bytes, at, &character) : 0;
    return size != 0 && is_digit_or_plus(character) ? CT_HARD_SIGN : CT_OVER;
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
    bool may_go_on = found.end == bytes.size && bytes.data[found.end - 1] != ';' && !bytes.last;
    return is_digit_or_plus(found.character) || may_go_on ? 0 : found.end;
}

