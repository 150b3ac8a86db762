import type { EdgeKind, Mark, NodeKind } from './picture.ts'

/** Colours of a shape: its inside, its border, its text. */
export interface Colours {
  readonly fill: string
  readonly line: string
  readonly text: string
}

/** What a colour is for. */
export type Role = NodeKind | 'undeclared'

/** Colours on a light ground. Text keeps a contrast of 7:1 to what it stands on. */
export const light: { readonly ground: string; readonly text: string; readonly edges: Readonly<Record<EdgeKind, string>>; readonly nodes: Readonly<Record<Role, Colours>>; readonly marks: Readonly<Record<Mark, string>> } = {
  ground: '#ffffff',
  text: '#1f2328',
  edges: { uses: '#b45309', publishes: '#15803d', delivers: '#15803d', invokes: '#1d4ed8', calls: '#7e22ce' },
  nodes: {
    app: { fill: '#dbeafe', line: '#1d4ed8', text: '#172554' },
    jobs: { fill: '#f3e8ff', line: '#7e22ce', text: '#3b0764' },
    topic: { fill: '#dcfce7', line: '#15803d', text: '#052e16' },
    pubsub: { fill: '#f6f8fa', line: '#15803d', text: '#1f2328' },
    state: { fill: '#fef3c7', line: '#b45309', text: '#451a03' },
    secrets: { fill: '#f1f5f9', line: '#475569', text: '#0f172a' },
    undeclared: { fill: '#fee2e2', line: '#b91c1c', text: '#450a0a' },
  },
  marks: { flows: '#116329', fails: '#a40e26', silent: '#57606a', 'not loaded': '#a40e26', 'not declared': '#8a2be2', unknown: '#57606a' },
}

/** Colours on a dark ground. */
export const dark: typeof light = {
  ground: '#0d1117',
  text: '#f0f6fc',
  edges: { uses: '#fcd34d', publishes: '#86efac', delivers: '#86efac', invokes: '#93c5fd', calls: '#d8b4fe' },
  nodes: {
    app: { fill: '#172554', line: '#93c5fd', text: '#eff6ff' },
    jobs: { fill: '#3b0764', line: '#d8b4fe', text: '#faf5ff' },
    topic: { fill: '#052e16', line: '#86efac', text: '#f0fdf4' },
    pubsub: { fill: '#161b22', line: '#86efac', text: '#f0f6fc' },
    state: { fill: '#451a03', line: '#fcd34d', text: '#fffbeb' },
    secrets: { fill: '#1e293b', line: '#cbd5e1', text: '#f8fafc' },
    undeclared: { fill: '#450a0a', line: '#fca5a5', text: '#fef2f2' },
  },
  marks: { flows: '#7ee787', fails: '#ffa198', silent: '#b1bac4', 'not loaded': '#ffa198', 'not declared': '#d2a8ff', unknown: '#b1bac4' },
}
