import { expect, test } from '@jest/globals'

import * as dapr from '../../imports/dapr.io.ts'

test('the generated bindings have all classes of the one bundle, for an import of several files keeps only the last', () => {
  expect(dapr.Component.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'Component' })
  expect(dapr.SubscriptionV2Alpha1.GVK).toEqual({ apiVersion: 'dapr.io/v2alpha1', kind: 'Subscription' })
  expect(dapr.Configuration.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'Configuration' })
  expect(dapr.Resiliency.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'Resiliency' })
  expect(dapr.HttpEndpoint.GVK).toEqual({ apiVersion: 'dapr.io/v1alpha1', kind: 'HTTPEndpoint' })
})
