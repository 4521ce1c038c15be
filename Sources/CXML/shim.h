#pragma once
// libxml2's headers bring in ICU's only for the converters of encodings, which nobody here looks at; they would contradict
// the copy of ICU that comes with Swift.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <libxml/HTMLparser.h>
#include <iconv.h>

/// `XML_SAX2_MAGIC` is a macro beyond Swift's integers' literals; it says that the handlers are those of SAX 2.
static inline void c_xml_mark_sax2(xmlSAXHandler *handlers) { handlers->initialized = XML_SAX2_MAGIC; }

/// Where the tag begins that was parsed last. Its own `<` is the nearest one before the parser's place, since no other
/// may stand within a tag. libxml2 itself reports where the tag ends.
static inline void c_xml_tag_start(xmlParserCtxt *context, int *line, int *column) {
    xmlParserInput *input = context->input;
    *line = 1;
    *column = 1;
    if (!input) return;
    *line = input->line;
    *column = input->col;
    const xmlChar *place = input->cur;
    while (place > input->base && *place != '<') {
        if (*place == '\n' && place < input->cur) (*line)--;
        place--;
    }
    // The column counts characters; very long lines are not walked to their beginning.
    *column = 1;
    for (int steps = 0; place > input->base && place[-1] != '\n'; steps++) {
        if (steps == 4096) { *column = 1; return; }
        place--;
        if ((*place & 0xC0) != 0x80) (*column)++;
    }
}

/// `iconv_t` is a pointer whose failure is -1, which Swift cannot compare.
static inline iconv_t c_iconv_open(const char *to, const char *from) {
    iconv_t descriptor = iconv_open(to, from);
    return descriptor == (iconv_t)-1 ? NULL : descriptor;
}
