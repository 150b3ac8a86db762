import { findingsOf } from '../../../infra/rules/index.ts'
import { readYaml } from './documents.ts'

/** A YAML text and the name it is reported by. */
export interface Source {
  readonly file: string
  readonly text: string
}

/** Something wrong in a file. */
export interface LintFinding {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly rule: string
  /** Such as `Component/store`; empty where the file cannot be read. */
  readonly object: string
  readonly what: string
  readonly mend: string
}

/** The rule of what is no YAML at all. */
export const yamlRule = { id: 'yaml', reason: 'Nobody can read it.', mend: 'Write YAML.' } as const

const numbered = (a: LintFinding, b: LintFinding): number => a.line - b.line

/** Looks at all the texts together; findings come by file, in the order given, and by line. Pure. */
export const lint = (sources: readonly Source[]): LintFinding[] => {
  const read = sources.map(({ file, text }) => readYaml(file, text))
  const documents = read.flatMap((one) => one.documents)
  const found = findingsOf(documents.map(({ value }) => value)).flatMap(({ input, path, rule, object, what, mend }): LintFinding[] => {
    const document = documents[input]
    return document ? [{ file: document.file, line: document.lineAt(path), rule, object, what, mend }] : []
  })
  const unreadable = read.flatMap((one) => one.unreadable).map(({ file, line, what }): LintFinding => ({ file, line, rule: yamlRule.id, object: '', what, mend: yamlRule.mend }))
  return [...new Set(sources.map(({ file }) => file))].flatMap((file) => [...unreadable, ...found].filter((one) => one.file === file).sort(numbered))
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A line for each finding, `file:line rule what; mend`, and their sum. Pure. */
export const lintText = (findings: readonly LintFinding[], files: number): string => {
  const lines = findings.map(({ file, line, rule, what, mend }) => `${file}:${line} ${rule} ${what}; ${mend}`)
  const sum = findings.length === 0 ? `no findings in ${counted(files, 'file')}` : `${counted(findings.length, 'finding')} in ${counted(files, 'file')}; docs/rules.md says why`
  return [...lines, sum].join('\n')
}
