import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml'

import type { Finding } from '../../../infra/rules/index.ts'

/** A document of a YAML file. */
export interface LintedDocument {
  readonly file: string
  readonly value: unknown
  /** The line of a value, or of what is nearest above it, from 1. */
  readonly lineAt: (path: Finding['path']) => number
}

/** Something that keeps a file from being read as YAML. */
export interface UnreadableLine {
  readonly file: string
  readonly line: number
  readonly what: string
}

export interface ReadYaml {
  readonly documents: readonly LintedDocument[]
  readonly unreadable: readonly UnreadableLine[]
}

interface Step {
  readonly offset: number | undefined
  readonly node: unknown
}

const step = (node: unknown, key: string | number): Step | undefined => {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
    return pair && { offset: (pair.key as Node).range?.[0], node: pair.value } // a key that was parsed is a node
  }
  const item = isSeq(node) && typeof key === 'number' ? node.items[key] : undefined
  return item === undefined ? undefined : { offset: (item as Node).range?.[0], node: item }
}

const offsetAt = (root: Node | null, path: Finding['path']): number => {
  let at: Step = { offset: root?.range?.[0], node: root }
  for (const key of path) {
    const next = step(at.node, key)
    if (!next) break
    at = { ...next, offset: next.offset ?? at.offset }
  }
  return at.offset ?? 0
}

/** Reads the documents of a YAML text. Pure. */
export const readYaml = (file: string, text: string): ReadYaml => {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })
  const lineOf = (offset: number): number => Math.max(1, lines.linePos(offset).line)
  return {
    documents: documents.filter(({ errors }) => errors.length === 0).map((document) => ({
      file,
      value: document.toJS() as unknown,
      lineAt: (path) => lineOf(offsetAt(document.contents, path)),
    })),
    unreadable: documents.flatMap(({ errors }) => errors.map(({ pos, message }) => ({ file, line: lineOf(pos[0]), what: message }))),
  }
}
