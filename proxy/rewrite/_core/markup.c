/* Markup: tags, comments, drawings, and elements whose content is none.
 *
 * Source: WHATWG HTML, 13.2.5 "Tokenization"; its oddities stand at the head of syntax.py, whose
 * expressions read the same.
 */

#include <string.h>

#include "parts.h"

static void plain(ct_tag *tag, size_t end) {
    ct_begin_tag(tag, end == 0 ? CT_UNENDED : CT_PLAIN, end);
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
        at = ct_find(bytes, at, '<');
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
                return ct_tag_end(bytes, at + 2 + size);
            }
        }
        at++;
    }
}

/* What is no tag. Each gives the place behind it; 0 where the bytes end first. */

static size_t bogus_end(ct_bytes bytes, size_t at) {
    size_t end = ct_find(bytes, at, '>');
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
    for (size_t here = ct_find(bytes, start, '>'); here < bytes.size; here = ct_find(bytes, here + 1, '>')) {
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
    size_t less = ct_find(bytes, at, '<');
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
    size_t stop = ct_name_end(bytes, start);
    if (stop == bytes.size || !ct_is(data[start], CT_ALPHA)) {
        return 0;
    }
    if (ends) {
        return ct_tag_end(bytes, stop);
    }
    ct_tag tag;
    ct_read_start_tag(path, bytes, stop, &tag);
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
        at = ct_find(bytes, at, '<');
        parts += at > text;
        if (bytes.size - at < 6) {
            break;
        }
        if (!is_quiet(path, bytes, text, at)) {
            found.quiet_end = 0;
        }
        if (bytes.data[at + 1] == '/' && CT_SAME(bytes.data + at + 2, (size_t)3, "svg")
            && ct_is(bytes.data[at + 5], CT_ENDS_NAME)) {
            found.quiet_end = found.quiet_end != 0 ? ct_tag_end(bytes, at + 5) : 0;
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
    size_t stop = ct_name_end(bytes, at + 1);
    if (stop == bytes.size) {
        ct_begin_tag(tag, CT_UNENDED, 0);
        return;
    }
    ct_read_start_tag(path, bytes, stop, tag);
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
    } else if (!bytes.last && bytes.size - at <= CT_WAIT) {
        tag->kind = CT_WAITS; /* few bytes of it have come; it may be simple */
    }
}

static size_t end_tag_end(ct_bytes bytes, size_t at) {
    if (at + 2 == bytes.size) {
        return 0;
    }
    if (!ct_is(bytes.data[at + 2], CT_ALPHA)) {
        return bogus_end(bytes, at + 2);
    }
    size_t stop = ct_name_end(bytes, at + 2);
    return stop == bytes.size ? 0 : ct_tag_end(bytes, stop);
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
    size_t stop = ct_name_end(bytes, start);
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
    size_t end = ct_tag_end(bytes, stop);
    *begun = end == 0;
    return end;
}
