/** The style of the HTML report: light or dark as the reader has it, one column on a phone. */
export const reportStyle = `
:root{color-scheme:light dark;--ground:#fff;--card:#f6f8fa;--text:#1f2328;--soft:#57606a;--line:#d0d7de;--pass:#116329;--fail:#a40e26;--blocked:#7d4e00;--bar:#0969da}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--card:#161b22;--text:#f0f6fc;--soft:#b1bac4;--line:#3d444d;--pass:#7ee787;--fail:#ffa198;--blocked:#e3b341;--bar:#58a6ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:76rem;padding:1.5rem 1rem 4rem;background:var(--ground);color:var(--text);font:1rem/1.5 system-ui,"Segoe UI",Roboto,Arial,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .75rem}
p{margin:.25rem 0}
.soft{color:var(--soft)}
.PASS,.FAIL,.BLOCKED{font-weight:700}
.PASS{color:var(--pass)}
.FAIL{color:var(--fail)}
.BLOCKED{color:var(--blocked)}
table{border-collapse:collapse;width:100%}
th,td{padding:.4rem .5rem;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft)}
td.number,th.number{text-align:right}
th,td:not(:first-child){white-space:nowrap;overflow-wrap:normal}
caption{text-align:left}
.bar{display:block;height:.5rem;min-width:2px;margin-top:.45rem;border-radius:2px;background:var(--bar)}
section.criterion{margin:1rem 0;padding:.75rem 1rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
section.criterion h3{font-size:1.05rem;margin:0 0 .5rem;display:flex;gap:.25rem 1rem;flex-wrap:wrap}
section.criterion h3 span:last-child{margin-left:auto}
details{border-top:1px solid var(--line);padding:.4rem 0}
summary{cursor:pointer;display:flex;gap:.25rem .75rem}
summary::before{content:"\\25b8";color:var(--soft)}
details[open]>summary::before{content:"\\25be"}
summary .title{flex:1}
summary:focus-visible,a:focus-visible{outline:2px solid var(--bar);outline-offset:2px}
pre{margin:.5rem 0;padding:.6rem .75rem;white-space:pre-wrap;font:.85rem/1.45 ui-monospace,"SF Mono",Consolas,monospace;background:var(--ground);border:1px solid var(--line);border-radius:.35rem}
pre.cause{border-color:var(--fail)}
.graph{overflow:auto;max-height:90vh;border:1px solid var(--line);border-radius:.5rem}
/* As wide as the page, but never so small that it cannot be read: then it scrolls. */
.graph svg{display:block;margin:auto;width:100%;height:auto;min-width:calc(var(--natural)*.75);max-width:var(--natural)}
a{color:var(--bar)}
@media (max-width:40rem){th,td{padding:.4rem .25rem}.wide{display:none}summary .seconds{display:none}}
@media print{.graph{max-height:none}}
`
