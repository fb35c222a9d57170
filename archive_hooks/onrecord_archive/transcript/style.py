"""How a transcript looks on screen and on paper. It has no other style and no script."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root{color-scheme:light;--ink:#1a1d21;--soft:#555e68;--line:#c9ced4;--band:#f3f5f7}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:2rem 1.5rem;color:var(--ink);background:#fff;
font:15px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 1rem}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
h3{font-size:1rem;margin:2rem 0 .5rem}
dl{display:grid;grid-template-columns:fit-content(40%) 1fr;gap:.15rem 1.5rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;margin:0 0 1.5rem}
caption{text-align:start;font-weight:600;padding:1.25rem 0 .4rem}
th,td{text-align:start;vertical-align:top;padding:.4rem .75rem .4rem 0;
border-block-start:1px solid var(--line)}
thead th{color:var(--soft);font-weight:600;border-block-start:0}
.rows{table-layout:fixed}
.rows th:nth-child(1){width:4.5rem}
.rows th:nth-child(2){width:9.5rem}
.rows th:nth-child(3){width:12rem}
.rows td,.rows th{overflow-wrap:anywhere}
tbody th{font-weight:400;color:var(--soft)}
th,time,.n{font-variant-numeric:tabular-nums}
.text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
.u{padding:0 .15em;border:1px solid var(--soft);border-radius:3px;font-size:.87em;
unicode-bidi:isolate;white-space:nowrap}
.soft,.kept,.org{color:var(--soft);font-size:.87em}
.org{display:block}
blockquote{margin:.2rem 0 .4rem;padding-inline-start:.75rem;
border-inline-start:3px solid var(--line)}
ol{list-style:none;margin:.4rem 0 0;padding:.3rem .75rem;background:var(--band);
border-inline-start:3px solid var(--soft)}
code{font:.87em/1.45 ui-monospace,"DejaVu Sans Mono",monospace;white-space:pre-wrap;
overflow-wrap:anywhere}
p{margin:.2rem 0}
img{max-inline-size:96px;border-radius:8px}
footer{margin-block-start:2.5rem;padding-block-start:1rem;border-block-start:2px solid var(--line);
color:var(--soft)}
@media screen and (max-width:48rem){
body{padding:1rem;font-size:14px}
.rows th:nth-child(1){width:2.5rem}
.rows th:nth-child(2),.rows th:nth-child(3){width:5rem}
}
@page{size:A4;margin:18mm 15mm 20mm;
@bottom-right{content:counter(page) " / " counter(pages);
font:9pt system-ui,sans-serif;color:#555e68}}
@media print{
body{max-width:none;padding:0;font-size:9.5pt}
.rows th:nth-child(1){width:2.6rem}
.rows th:nth-child(2){width:7rem}
.rows th:nth-child(3){width:7.5rem}
thead{display:table-header-group}
tr,blockquote,dl{break-inside:avoid}
h2,h3,caption{break-after:avoid}
ol{background:none}
}
""".strip()
"""`@bottom-right` numbers the pages where the browser prints margin boxes (CSS Paged Media)."""
