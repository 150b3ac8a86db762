import { z } from 'zod'

import { type AnyObject, type StackCluster, stackCluster } from '../../../cli/kube/index.ts'
import { applyInto } from '../../../cli/verify/index.ts'
import type { NetworkSettings } from '../../../infra/constructs/index.ts'
import { images } from '../../../infra/images.ts'
import { type EnvironmentName, environments } from '../../../infra/tasks/environments.ts'
import { taskObjects } from '../../infra/task-objects.ts'
import { type Deployment, freshNamespace, onePodEach, untilReady } from '../deployment.ts'
import { target } from '../target.ts'

export const eventsPerPod = 50
export const mostPods = 3

/** The task stack with one pod for each app, whose `task-api` scales by waiting events and `notification-service` by CPU. */
export const scaledStack = (name: EnvironmentName, namespace: string, network: NetworkSettings = {}): AnyObject[] => {
  const { 'task-api': api, 'notification-service': notification, 'ai-service': ai } = environments[name].apps
  const apps = {
    'task-api': { ...api, replicas: 1, autoscaling: { maxReplicas: mostPods, eventsPerPod } },
    'notification-service': { ...notification, replicas: 1, autoscaling: { maxReplicas: 2, cpuPercent: 60 } },
    'ai-service': { ...ai, replicas: 1 },
  }
  // The setup of the run says where the nodes have the image of this checkout.
  const image = process.env['STACK_IMAGE'] ?? images.app
  return taskObjects({ environment: { ...environments[name], apps, network }, namespace, image })
}

/** Deploys it, and waits until its pods are ready. */
export const deployScaled = async (name: EnvironmentName, network?: NetworkSettings): Promise<Deployment> => {
  const namespace = freshNamespace()
  const deployment = await applyInto(stackCluster(target(), namespace), scaledStack(name, namespace, network))
  await untilReady(deployment.cluster, onePodEach())
  return deployment
}

const ScaledObject = z.object({ status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().default('') })).default([]) }).default({ conditions: [] }) })

/** What KEDA says of the backlog of an app: whether it can count it, and else why not. */
export const countingOf = async ({ objects, namespace }: StackCluster, app: string): Promise<{ readonly status: string; readonly message: string } | undefined> => {
  const { status } = ScaledObject.parse(await objects.find('keda.sh/v1alpha1', 'ScaledObject', namespace, app))
  return status.conditions.find(({ type }) => type === 'Ready')
}

const Autoscaler = z.object({
  status: z.object({
    currentReplicas: z.number().default(0),
    currentMetrics: z.array(z.object({ external: z.object({ current: z.object({ averageValue: z.coerce.number().optional() }) }).optional() })).nullish(),
  }),
})

/** The pods that an autoscaler counts, and the events that wait for each of them. */
export const autoscalerOf = async ({ objects, namespace }: StackCluster, name: string): Promise<{ readonly pods: number; readonly waiting: number }> => {
  const { currentReplicas, currentMetrics } = Autoscaler.parse(await objects.find('autoscaling/v2', 'HorizontalPodAutoscaler', namespace, name)).status
  return { pods: currentReplicas, waiting: Math.max(0, ...(currentMetrics ?? []).map(({ external }) => external?.current.averageValue ?? 0)) }
}
