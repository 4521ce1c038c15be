/// The picture's style sheet. Each value stands twice: plainly for viewers that know no custom properties, then with
/// the property that a page may set.
enum SVGStyle {
    static func text(prefix: String) -> String {
        let sans = "ui-sans-serif,system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",\"DejaVu Sans\",sans-serif"
        let mono = "ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace"
        return """
            svg:root{color:#1f2328;background:#fff;color-scheme:light dark}
            @media (prefers-color-scheme:dark){svg:root{color:#e6edf3;background:#0d1117}}
            .statechart{--statechart-active:#0969da;--statechart-visited:#1a7f37}
            @media (prefers-color-scheme:dark){.statechart{--statechart-active:#58a6ff;--statechart-visited:#3fb950}}
            .statechart text{fill:currentColor;font:\(number(TextMeasure.lineSize)) \(mono)}
            .statechart .name{font:600 \(number(TextMeasure.nameSize)) \(sans)}
            .statechart .note{opacity:.78}
            .statechart .event{font-weight:600}
            .statechart .box{fill:currentColor;fill-opacity:.035;stroke:currentColor;stroke-opacity:.55}
            .statechart .atomic>.box,.statechart .final>.box{fill-opacity:.075}
            .statechart .ring,.statechart .end{fill:none;stroke:currentColor;stroke-opacity:.55}
            .statechart .dot{fill:currentColor}
            .statechart .divider{fill:none;stroke:currentColor;stroke-opacity:.55;stroke-dasharray:6 4}
            .statechart .line{fill:none;stroke:currentColor;stroke-opacity:.6;stroke-width:1.1;\
            marker-end:url(#\(prefix)-arrow)}
            .statechart .default>.line{stroke-dasharray:4 3}
            .statechart .head{fill:currentColor}
            .statechart .head-visited{fill:#1a7f37;fill:var(--statechart-visited)}
            .statechart .head-active{fill:#0969da;fill:var(--statechart-active)}
            .statechart .visited>.box,.statechart .visited>.ring{stroke:#1a7f37;stroke:var(--statechart-visited);\
            stroke-opacity:1;stroke-width:1.5}
            .statechart .visited>.line{stroke:#1a7f37;stroke:var(--statechart-visited);stroke-opacity:1;\
            stroke-width:1.8;marker-end:url(#\(prefix)-arrow-visited)}
            .statechart .active>.box,.statechart .active>.ring{stroke:#0969da;stroke:var(--statechart-active);\
            stroke-opacity:1;stroke-width:2.2}
            .statechart .active.atomic>.box,.statechart .active.final>.box{fill:#0969da;fill:var(--statechart-active);\
            fill-opacity:.2}
            .statechart .region>.box{fill-opacity:0;stroke-opacity:0}
            .statechart .active>.line{stroke:#0969da;stroke:var(--statechart-active);stroke-opacity:1;\
            stroke-width:1.8;marker-end:url(#\(prefix)-arrow-active)}

            """
    }

    /// For pictures that Graphviz made, whose shapes bring their own colours.
    static let graphviz = """
        svg:root{color:#1f2328;background:#fff;color-scheme:light dark}
        @media (prefers-color-scheme:dark){svg:root{color:#e6edf3;background:#0d1117}}
        text{fill:currentColor}
        .graph>polygon{fill:none;stroke:none}
        .node path,.node polygon,.node ellipse,.cluster path,.cluster polygon,.edge path{stroke:currentColor}
        .edge polygon,.initial ellipse{fill:currentColor;stroke:currentColor}
        .visited>path,.visited>polygon{stroke:#1a7f37;stroke-width:1.8}
        .active>path,.active>polygon{stroke:#0969da;stroke-width:2.2}
        @media (prefers-color-scheme:dark){.visited>path,.visited>polygon{stroke:#3fb950}\
        .active>path,.active>polygon{stroke:#58a6ff}}

        """

    private static func number(_ size: Double) -> String { "\(SVGNumber.text(size))px" }
}
