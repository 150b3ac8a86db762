import { describe, expect, test } from '@jest/globals'
import type { V1NetworkPolicySpec, V1Pod } from '@kubernetes/client-node'

import { ruleset, type World } from './policies/ruleset.ts'

const pod = (name: string, address: string, status: object = {}, namespace = 'shop'): V1Pod => ({ metadata: { name, namespace, labels: { app: name } }, status: { podIP: address, phase: 'Running', ...status } })

const world: Omit<World, 'policies'> = {
  pods: [pod('store', '10.0.0.1'), pod('desk', '10.0.0.2'), pod('other', '10.0.0.3', {}, 'else'), pod('done', '10.0.0.4', { phase: 'Succeeded' })],
  namespaces: ['shop', 'else'].map((name) => ({ metadata: { name, labels: { name } } })),
}
const rules = (...specs: readonly V1NetworkPolicySpec[]): string => ruleset({ ...world, policies: specs.map((spec) => ({ metadata: { name: 'p', namespace: 'shop' }, spec })) })

/** The lines of a pod's chain but the first, which lets it reach itself, and the last. */
const opened = (text: string, chain: string): string[] | undefined => new RegExp(`chain ${chain} \\{\n([^}]*\\{?[^}]*\\}?[^}]*?)  \\}\n`).exec(text)?.[1]?.split('\n').map((line) => line.trim()).filter(Boolean).slice(1, -1)

const store = { podSelector: { matchLabels: { app: 'store' } } }
const into = 'ingress-10-0-0-1'

describe('the rules that hold pods to their policies', () => {
  test('leave a pod open that no policy selects', () => {
    expect(rules()).not.toContain('drop')
    expect(rules(store)).not.toMatch(/chain (in|e)gress-10-0-0-2/)
  })

  test('close a pod to all but itself, in the direction that a policy is about', () => {
    expect(rules(store)).toContain('chain ingress-10-0-0-1 {\n    ip saddr 10.0.0.1 return\n    counter drop\n')
    expect(rules(store)).not.toContain('chain egress')
    expect(rules({ ...store, policyTypes: ['Egress'] })).toContain('chain egress-10-0-0-1 {\n    ip daddr 10.0.0.1 return\n    counter drop\n')
  })

  test('open it to pods of its own namespace by their labels, at a port', () => {
    expect(opened(rules({ ...store, ingress: [{ _from: [{ podSelector: { matchLabels: { app: 'desk' } } }], ports: [{ port: 6379 }] }] }), into)).toEqual(['ip saddr { 10.0.0.2 } tcp dport 6379 return'])
  })

  test('know the peers of a policy by either name that the client has for them', () => {
    const rule = { from: [{ podSelector: { matchLabels: { app: 'desk' } } }], ports: [{ port: 1 }] }
    expect(opened(rules({ ...store, ingress: [rule] }), into)).toEqual(['ip saddr { 10.0.0.2 } tcp dport 1 return'])
  })

  test('open it to nobody where no pod has the labels, in that namespace, or where those that had them are done', () => {
    for (const app of ['other', 'done', 'nobody']) expect(opened(rules({ ...store, ingress: [{ _from: [{ podSelector: { matchLabels: { app } } }] }] }), into)).toEqual([])
  })

  test('open it to another namespace by its labels', () => {
    const peer = { namespaceSelector: { matchExpressions: [{ key: 'name', operator: 'In', values: ['else'] }] } }
    expect(opened(rules({ ...store, ingress: [{ _from: [peer] }] }), into)).toEqual(['ip saddr { 10.0.0.3 } return'])
  })

  test('open it to a range, and to everybody where no peer is named', () => {
    expect(opened(rules({ ...store, ingress: [{ _from: [{ ipBlock: { cidr: '10.1.0.0/16' } }] }] }), into)).toEqual(['ip saddr 10.1.0.0/16 return'])
    expect(opened(rules({ ...store, ingress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] }), into)).toEqual(['udp dport 53 return'])
  })

  test('add up where several policies select a pod', () => {
    const port = (number: number) => ({ ...store, ingress: [{ ports: [{ port: number }] }] })
    expect(opened(rules(port(1), port(2), store), into)).toEqual(['tcp dport 1 return', 'tcp dport 2 return'])
  })

  test('fail where a port has a name, which they do not know', () => {
    expect(() => rules({ ...store, ingress: [{ ports: [{ port: 'redis' }] }] })).toThrow('port "redis" has a name')
  })
})
