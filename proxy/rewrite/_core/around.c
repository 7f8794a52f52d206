/* What stands around a run of digits in a page. */

#include <string.h>

#include "parts.h"

enum {
    BEHIND = 256, /* how far back it matters */
    LOOK = 16,
    TAGS = 4, /* before a number that are looked behind */
};

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

/* Say whether a place may be inside a tag, or its value. A no is sure. */
static bool may_be_in_tag(const uint8_t *data, size_t floor, size_t at) {
    bool is_open = false, has_begun = false;
    size_t quotes = 0, apostrophes = 0;
    for (size_t here = floor; here < at; here++) {
        has_begun = has_begun || data[here] == '<';
        quotes += has_begun && data[here] == '"';
        apostrophes += has_begun && data[here] == '\'';
        is_open = data[here] == '<' || (is_open && data[here] != '>');
    }
    return is_open || quotes % 2 == 1 || apostrophes % 2 == 1;
}

static bool ends_with(const uint8_t *text, size_t size, const char *word) {
    size_t length = strlen(word);
    return size >= length && memcmp(text + size - length, word, length) == 0;
}

typedef enum { SURELY_NOT, MAYBE, BEHIND_TAG } digits_before;

/* Say whether digits and a gap without tags may stand before a place; `at`: lowered by the gap. */
static digits_before look_before(const uint8_t *data, size_t floor, size_t *at) {
    size_t look = *at - floor > LOOK ? *at - LOOK : floor;
    while (*at > look && ct_is(data[*at - 1], CT_PLAIN_GAP)) {
        (*at)--;
    }
    if (*at == look) {
        return look > floor ? MAYBE : SURELY_NOT;
    }
    uint8_t before = data[*at - 1];
    size_t size = *at - floor; /* a name may begin before `look` */
    if (ct_is(before, CT_DIGIT) || before == ';' || before >= 0x80
        || ends_with(data + floor, size, "nbsp") || ends_with(data + floor, size, "shy")
        || ends_with(data + floor, size, "middot")) {
        return MAYBE;
    }
    return before == '>' ? BEHIND_TAG : SURELY_NOT;
}

bool ct_may_follow_digits(ct_bytes bytes, size_t floor, size_t at) {
    const uint8_t *data = bytes.data;
    size_t first = at > BEHIND ? at - BEHIND : 0;
    floor = floor > first ? floor : first;
    for (int tags = 0; tags < TAGS; tags++) {
        digits_before found = look_before(data, floor, &at);
        if (found != BEHIND_TAG) {
            return found == MAYBE;
        }
        size_t tag = floor;
        tag_before before = read_back(data, floor, at, &tag);
        if (before == NO_TAG || !is_plain_tag(data, tag, at - 1) || may_be_in_tag(data, floor, tag)) {
            return true;
        }
        if (before == BORDER_TAG) {
            return false;
        }
        at = tag;
    }
    return true;
}
