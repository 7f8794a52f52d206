/* Markup: tags, comments, and elements whose content is none.
 *
 * Source: WHATWG HTML, 13.2.5 "Tokenization"; its oddities stand at the head of syntax.py, whose
 * expressions read the same.
 */

#include <string.h>

#include "parts.h"

/* A tag's record is big, and written only as far as it is needed: it is read for every tag. */
static void begin(ct_tag *tag, ct_tag_kind kind, size_t end) {
    tag->kind = kind;
    tag->end = end;
    tag->seen = 0;
    tag->offers_count = 0;
}
static void plain(ct_tag *tag, size_t end) { begin(tag, end == 0 ? CT_UNENDED : CT_PLAIN, end); }

static inline size_t find(ct_bytes bytes, size_t at, uint8_t byte) {
    const uint8_t *found = at < bytes.size ? memchr(bytes.data + at, byte, bytes.size - at) : NULL;
    return found == NULL ? bytes.size : (size_t)(found - bytes.data);
}

static inline size_t skip_space(ct_bytes bytes, size_t at) {
    while (at < bytes.size && ct_is(bytes.data[at], CT_SPACE)) {
        at++;
    }
    return at;
}

/* Attributes */

typedef struct {
    size_t name, name_end;
    size_t value, value_end;
    size_t end;
} attribute;

typedef enum { ONE, NONE, CUT } reading;

/* Read the attribute at `at` or behind. NONE: the tag's ">" stands at `end`. CUT: the bytes end first. */
static inline reading read_attribute(ct_bytes bytes, size_t at, attribute *found) {
    const uint8_t *data = bytes.data;
    size_t size = bytes.size;
    while (at < size && (ct_is(data[at], CT_SPACE) || data[at] == '/')) {
        at++;
    }
    if (at == size) {
        return CUT;
    }
    if (data[at] == '>') {
        found->end = at;
        return NONE;
    }
    found->name = at++;
    while (at < size && !ct_is(data[at], CT_ENDS_NAME) && data[at] != '=') {
        at++;
    }
    found->name_end = found->value = found->value_end = found->end = at;
    at = skip_space(bytes, at);
    if (at == size) {
        return CUT;
    }
    if (data[at] != '=') {
        return ONE;
    }
    at = skip_space(bytes, at + 1);
    if (at == size) {
        return CUT;
    }
    if (data[at] == '"' || data[at] == '\'') {
        size_t end = find(bytes, at + 1, data[at]);
        if (end == size) {
            return CUT;
        }
        found->value = at + 1;
        found->value_end = end;
        found->end = end + 1;
        return ONE;
    }
    found->value = at;
    while (at < size && !ct_is(data[at], CT_SPACE) && data[at] != '>') {
        at++;
    }
    found->value_end = found->end = at;
    return ONE;
}

/* Give the place behind a tag's ">", from where its attributes begin; 0 where the bytes end first. */
static size_t tag_end(ct_bytes bytes, size_t at) {
    attribute found = {0};
    for (;;) {
        reading got = read_attribute(bytes, at, &found);
        if (got != ONE) {
            return got == NONE ? found.end + 1 : 0;
        }
        at = found.end;
    }
}

static size_t name_end(ct_bytes bytes, size_t at) {
    while (at < bytes.size && !ct_is(bytes.data[at], CT_ENDS_NAME)) {
        at++;
    }
    return at;
}

/* What an attribute says */

/* Whether one of the classes may be among the tokens; "&" may stand for any letter. */
static bool may_be_marked(const ct_path *path, const uint8_t *value, size_t size) {
    if (path->classes.count == 0) {
        return false;
    }
    if (memchr(value, '&', size) != NULL) {
        return true;
    }
    size_t at = 0;
    while (at < size) {
        while (at < size && ct_is(value[at], CT_SPACE)) {
            at++;
        }
        size_t start = at;
        while (at < size && !ct_is(value[at], CT_SPACE)) {
            at++;
        }
        for (size_t i = 0; i < path->classes.count; i++) {
            const ct_word *word = &path->classes.words[i];
            if (word->size == at - start && memcmp(word->bytes, value + start, word->size) == 0) {
                return true;
            }
        }
    }
    return false;
}

typedef enum { HOLDS_NONE, MAY_HOLD, IS_HARD } reading_of_value;

/* Say whether a value that counts as text may hold a number of ours. */
static reading_of_value read_value(const ct_path *path, const uint8_t *value, size_t size) {
    size_t digits = 0;
    for (size_t at = 0; at < size; at++) {
        digits += ct_is(value[at], CT_DIGIT);
        if ((value[at] == '&' && at + 1 < size && value[at + 1] == '#')
            || (value[at] == 0xEF && path->utf8)) {
            return IS_HARD;
        }
    }
    return digits < path->shortest ? HOLDS_NONE : MAY_HOLD;
}

enum { SEPARATORS_MAX = 5, LINK_DIGITS_MAX = 40, LINK_BYTES_MAX = 64 };

typedef enum { NO_PHONE, PHONE, DIALS } link_kind;

/* Whether a value may begin with a scheme: line breaks may stand in it, and "&" for any letter. */
static bool may_begin(const uint8_t *value, size_t size, const char *scheme) {
    for (size_t at = 0; *scheme != 0; at++) {
        if (at == size) {
            return false;
        }
        if (value[at] == '&') {
            return true;
        }
        if (value[at] != '\t' && value[at] != '\n' && value[at] != '\r') {
            if (ct_lower(value[at]) != (uint8_t)*scheme++) {
                return false;
            }
        }
    }
    return true;
}

/* Whether a number is written with nothing but "+", digits, and gaps that are plain and short. */
static bool is_plain_number(const uint8_t *text, size_t size) {
    size_t digits = 0, gap = 0;
    for (size_t at = size > 0 && text[0] == '+'; at < size; at++) {
        if (ct_is(text[at], CT_DIGIT)) {
            digits++;
            gap = 0;
        } else if (digits == 0 || !ct_is(text[at], CT_PLAIN_GAP) || ++gap > SEPARATORS_MAX) {
            return false;
        }
    }
    return digits > 0 && digits <= LINK_DIGITS_MAX && gap == 0 && size <= LINK_BYTES_MAX;
}

/* Say whether a link dials. DIALS: what it dials, from `start` on, is written plainly. */
static link_kind read_link(const uint8_t *value, size_t size, size_t *start) {
    size_t at = 0;
    while (at < size && value[at] <= ' ') {
        at++;
    }
    if (!may_begin(value + at, size - at, "tel:") && !may_begin(value + at, size - at, "callto:")) {
        return NO_PHONE;
    }
    if (size - at < 4 || !CT_SAME(value + at, (size_t)4, "tel:")) {
        return PHONE;
    }
    at += 4;
    if (size - at > 2 && value[at] == '/' && value[at + 1] == '/') {
        at += 2;
    }
    *start = at;
    return is_plain_number(value + at, size - at) ? DIALS : PHONE;
}

enum { NOT_LOOKED_AT = 0, HREF = 1, XLINK_HREF = 2, FIRST_TEXT = 4 };

/* Give the bit of an attribute that may hold a number: a link, or one that counts as text. */
static uint32_t bit_of(const ct_path *path, const uint8_t *name, size_t size) {
    if (CT_SAME(name, size, "href")) {
        return HREF;
    }
    if (CT_SAME(name, size, "xlink:href")) {
        return XLINK_HREF;
    }
    for (size_t i = 0; i < path->attributes.count; i++) {
        const ct_word *word = &path->attributes.words[i];
        if (word->size == size && ct_same_bytes(name, word->bytes, size)) {
            return (uint32_t)FIRST_TEXT << (i < 28 ? i : 28);
        }
    }
    return NOT_LOOKED_AT;
}

static bool add_offer(ct_tag *tag, ct_kind kind, size_t start, size_t end, bool calm) {
    if (tag->offers_count == CT_OFFERS_MAX) {
        return false;
    }
    tag->kind = CT_OFFERS;
    tag->offers[tag->offers_count++] = (ct_offer){kind, start, end, calm, true};
    return true;
}

/* Offer the runs of a value that may hold a number of ours. False: one is hard to read. */
static bool offer_value(const ct_path *path, const uint8_t *data, const attribute *one, ct_tag *tag) {
    ct_bytes value = {data + one->value, one->value_end - one->value, true, true};
    tag->kind = CT_OFFERS;
    for (size_t at = 0; at < value.size;) {
        if (!ct_is(value.data[at], CT_DIGIT) && value.data[at] != '+') {
            if (value.data[at] == '&' && ct_dull_sign(path, value, at) == 0) {
                return false;
            }
            at++;
            continue;
        }
        ct_run run = ct_read_run(path, value, at);
        if (run.kind == CT_HARD) {
            return false;
        }
        at = run.kind == CT_DULL ? run.next : run.end;
        if (run.kind == CT_CLEAR
            && !add_offer(tag, CT_VALUE, one->value + run.start, one->value + run.end,
                          ct_is_calm(value, run.start, run.end))) {
            return false;
        }
    }
    return true;
}

/* Weigh one attribute of a start tag. False: the tag matters, and is hard to read. */
static bool weigh(const ct_path *path, const uint8_t *data, const attribute *one, ct_tag *tag) {
    const uint8_t *name = data + one->name, *value = data + one->value;
    size_t length = one->name_end - one->name, size = one->value_end - one->value;
    if (length >= 64 || (path->name_sizes >> length & 1) == 0) {
        return true;
    }
    if (CT_SAME(name, length, "class") && may_be_marked(path, value, size)) {
        return false;
    }
    if (CT_SAME(name, length, "data-calltrack")) {
        return false;
    }
    uint32_t bit = path->shortest == 0 ? NOT_LOOKED_AT : bit_of(path, name, length);
    if (bit == NOT_LOOKED_AT || (tag->seen & bit) != 0) {
        return bit == NOT_LOOKED_AT;
    }
    tag->seen |= bit;
    if (bit == HREF || bit == XLINK_HREF) {
        size_t start = 0;
        link_kind link = read_link(value, size, &start);
        if (link != DIALS) {
            return link == NO_PHONE;
        }
        return add_offer(tag, CT_LINK, one->value + start, one->value_end, true);
    }
    reading_of_value found = read_value(path, value, size);
    return found != MAY_HOLD ? found == HOLDS_NONE : offer_value(path, data, one, tag);
}

/* Elements whose content is no markup, or is read by other rules */

typedef enum { ORDINARY, RAW, OTHER } content;

static content content_of(const uint8_t *name, size_t size) {
    static const ct_name raw[] = {
        CT_NAME("script"), CT_NAME("style"),  CT_NAME("textarea"), CT_NAME("title"),
        CT_NAME("xmp"),    CT_NAME("iframe"), CT_NAME("noembed"),  CT_NAME("noframes"),
    };
    static const ct_name other[] = {CT_NAME("plaintext"), CT_NAME("math"), CT_NAME("select")};
    if (size < 3) {
        return ORDINARY;
    }
    if (ct_is_one_of(raw, sizeof raw / sizeof *raw, name, size)) {
        return RAW;
    }
    return ct_is_one_of(other, sizeof other / sizeof *other, name, size) ? OTHER : ORDINARY;
}

/* Walk from a raw element's content to behind its end tag; 0 where that is not at hand, or hard. */
static size_t raw_end(ct_bytes bytes, size_t at, const uint8_t *name, size_t size) {
    const uint8_t *data = bytes.data;
    bool is_script = size == 6 && ct_lower(name[1]) == 'c';
    for (;;) {
        at = find(bytes, at, '<');
        if (bytes.size - at < size + 3) {
            return 0;
        }
        if (is_script && memcmp(data + at, "<!--", 4) == 0) {
            return 0;
        }
        if (data[at + 1] == '/' && ct_is(data[at + 2 + size], CT_ENDS_NAME)) {
            size_t same = 0;
            while (same < size && ct_lower(data[at + 2 + same]) == ct_lower(name[same])) {
                same++;
            }
            if (same == size) {
                return tag_end(bytes, at + 2 + size);
            }
        }
        at++;
    }
}

static void read_start_tag(const ct_path *path, ct_bytes bytes, size_t name_stop, ct_tag *tag) {
    attribute found;
    bool is_hard = false;
    begin(tag, CT_PLAIN, 0);
    for (size_t here = name_stop;; here = found.end) {
        reading got = read_attribute(bytes, here, &found);
        if (got == CUT) {
            tag->kind = CT_UNENDED;
            return;
        }
        if (got == NONE) {
            break;
        }
        is_hard = is_hard || !weigh(path, bytes.data, &found, tag);
    }
    tag->end = found.end + 1;
    tag->kind = is_hard ? CT_MATTERS : tag->kind;
}

/* What is no tag. Each gives the place behind it; 0 where the bytes end first. */

static size_t bogus_end(ct_bytes bytes, size_t at) {
    size_t end = find(bytes, at, '>');
    return end == bytes.size ? 0 : end + 1;
}

static size_t comment_end(ct_bytes bytes, size_t at) {
    const uint8_t *data = bytes.data;
    size_t start = at + 4;
    if (start < bytes.size && data[start] == '>') {
        return start + 1;
    }
    if (start + 1 < bytes.size && data[start] == '-' && data[start + 1] == '>') {
        return start + 2;
    }
    for (size_t here = find(bytes, start, '>'); here < bytes.size; here = find(bytes, here + 1, '>')) {
        size_t dashes = here - (here > start && data[here - 1] == '!');
        if (dashes >= start + 2 && data[dashes - 1] == '-' && data[dashes - 2] == '-') {
            return here + 1;
        }
    }
    return 0;
}

/* Drawings */

enum { SVG_PARTS_MAX = 500 };

typedef struct {
    bool is_simple;    /* all of it is read as in HTML, and nothing in it matters */
    size_t quiet_end;  /* behind it, where there is nothing in its texts either; else 0 */
} drawing;

/* Whether nothing in a text can be, or begin, a number. */
static bool is_quiet(const ct_path *path, ct_bytes bytes, size_t at, size_t end) {
    while (at < end && !path->stops[bytes.data[at]]) {
        at++;
    }
    return at == end;
}

/* Give the end of a <title> with nothing but a text; 0: it is no such. `at`: behind its start tag. */
static size_t title_end(const ct_path *path, ct_bytes bytes, size_t at) {
    size_t less = find(bytes, at, '<');
    if (bytes.size - less < 8 || bytes.data[less + 1] != '/'
        || !CT_SAME(bytes.data + less + 2, (size_t)5, "title") || bytes.data[less + 7] != '>') {
        return 0;
    }
    return is_quiet(path, bytes, at, less) ? less + 8 : 0;
}

/* Read the tag or comment at `at`, in a drawing. 0: it is not simple. */
static size_t read_in_svg(const ct_path *path, ct_bytes bytes, size_t at, drawing *found) {
    const uint8_t *data = bytes.data;
    if (data[at + 1] == '!') {
        bool is_comment = bytes.size - at >= 4 && data[at + 2] == '-' && data[at + 3] == '-';
        return is_comment ? comment_end(bytes, at) : 0;
    }
    bool ends = data[at + 1] == '/';
    size_t start = at + 1 + ends;
    size_t stop = name_end(bytes, start);
    if (stop == bytes.size || !ct_is(data[start], CT_ALPHA)) {
        return 0;
    }
    if (ends) {
        return tag_end(bytes, stop);
    }
    ct_tag tag;
    read_start_tag(path, bytes, stop, &tag);
    if (tag.kind != CT_PLAIN || CT_SAME(data + start, stop - start, "svg")) {
        return 0;
    }
    if (CT_SAME(data + start, stop - start, "title")) {
        found->is_simple = false;
        return title_end(path, bytes, tag.end);
    }
    return content_of(data + start, stop - start) == ORDINARY ? tag.end : 0;
}

/* Read a drawing up to its end tag. Not too much of it: what is nested too deep must be noticed. */
static drawing read_svg(const ct_path *path, ct_bytes bytes, size_t at) {
    drawing found = {true, 1};
    for (size_t parts = 0; parts <= SVG_PARTS_MAX; parts++) {
        size_t text = at;
        at = find(bytes, at, '<');
        parts += at > text;
        if (bytes.size - at < 6) {
            break;
        }
        if (!is_quiet(path, bytes, text, at)) {
            found.quiet_end = 0;
        }
        if (bytes.data[at + 1] == '/' && CT_SAME(bytes.data + at + 2, (size_t)3, "svg")
            && ct_is(bytes.data[at + 5], CT_ENDS_NAME)) {
            found.quiet_end = found.quiet_end != 0 ? tag_end(bytes, at + 5) : 0;
            return found;
        }
        at = read_in_svg(path, bytes, at, &found);
        if (at == 0) {
            break;
        }
    }
    return (drawing){false, 0};
}

static void read_tag(const ct_path *path, ct_bytes bytes, size_t at, ct_tag *tag) {
    size_t stop = name_end(bytes, at + 1);
    if (stop == bytes.size) {
        begin(tag, CT_UNENDED, 0);
        return;
    }
    read_start_tag(path, bytes, stop, tag);
    const uint8_t *name = bytes.data + at + 1;
    size_t size = stop - at - 1;
    content inside = content_of(name, size);
    bool is_svg = CT_SAME(name, size, "svg");
    if (tag->kind == CT_UNENDED || tag->kind == CT_MATTERS || (inside == ORDINARY && !is_svg)) {
        return;
    }
    bool has_offers = tag->kind == CT_OFFERS;
    tag->kind = CT_MATTERS;
    if (has_offers || inside == OTHER) {
        return;
    }
    if (inside == RAW) {
        size_t end = raw_end(bytes, tag->end, name, size);
        if (end != 0) {
            plain(tag, end);
        }
        return;
    }
    drawing svg = read_svg(path, bytes, tag->end);
    if (svg.quiet_end != 0 || svg.is_simple) {
        plain(tag, svg.quiet_end != 0 ? svg.quiet_end : tag->end);
    }
}

static size_t end_tag_end(ct_bytes bytes, size_t at) {
    if (at + 2 == bytes.size) {
        return 0;
    }
    if (!ct_is(bytes.data[at + 2], CT_ALPHA)) {
        return bogus_end(bytes, at + 2);
    }
    size_t stop = name_end(bytes, at + 2);
    return stop == bytes.size ? 0 : tag_end(bytes, stop);
}

static size_t declaration_end(ct_bytes bytes, size_t at) {
    if (bytes.size - at < 4) {
        return 0;
    }
    bool is_comment = bytes.data[at + 2] == '-' && bytes.data[at + 3] == '-';
    return is_comment ? comment_end(bytes, at) : bogus_end(bytes, at + 2);
}

void ct_read_markup(const ct_path *path, ct_bytes bytes, size_t at, ct_tag *tag) {
    uint8_t next = at + 1 < bytes.size ? bytes.data[at + 1] : 0;
    if (ct_is(next, CT_ALPHA)) {
        read_tag(path, bytes, at, tag);
    } else if (next == '/') {
        plain(tag, end_tag_end(bytes, at));
    } else if (next == '!') {
        plain(tag, declaration_end(bytes, at));
    } else if (next == '?') {
        plain(tag, bogus_end(bytes, at + 2));
    } else {
        plain(tag, at + 1 < bytes.size ? at + 1 : 0);
    }
}

/* Inline elements: a number may be written across their borders */

bool ct_is_inline_name(const uint8_t *name, size_t size) {
    static const ct_name names[] = {
        CT_NAME("a"), CT_NAME("abbr"), CT_NAME("acronym"), CT_NAME("b"), CT_NAME("bdi"),
        CT_NAME("bdo"), CT_NAME("big"), CT_NAME("cite"), CT_NAME("code"), CT_NAME("data"),
        CT_NAME("del"), CT_NAME("dfn"), CT_NAME("em"), CT_NAME("font"), CT_NAME("i"),
        CT_NAME("ins"), CT_NAME("kbd"), CT_NAME("label"), CT_NAME("mark"), CT_NAME("nobr"),
        CT_NAME("q"), CT_NAME("s"), CT_NAME("samp"), CT_NAME("small"), CT_NAME("span"),
        CT_NAME("strike"), CT_NAME("strong"), CT_NAME("time"), CT_NAME("tt"), CT_NAME("u"),
        CT_NAME("var"), CT_NAME("wbr"),
    };
    return ct_is_one_of(names, sizeof names / sizeof *names, name, size);
}

size_t ct_inline_tag(ct_bytes bytes, size_t at, bool *begun) {
    size_t start = at + 1;
    start += start < bytes.size && bytes.data[start] == '/';
    size_t stop = name_end(bytes, start);
    if (stop == bytes.size) {
        size_t left = 0;
        while (start + left < stop && (ct_is(bytes.data[start + left], CT_ALPHA | CT_DIGIT))) {
            left++;
        }
        *begun = left <= 10 && start + left == stop
                 && (left == 0 || ct_is(bytes.data[start], CT_ALPHA));
        return 0;
    }
    *begun = false;
    if (!ct_is_inline_name(bytes.data + start, stop - start)) {
        return 0;
    }
    size_t end = tag_end(bytes, stop);
    *begun = end == 0;
    return end;
}
