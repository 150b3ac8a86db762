const typesOfCdk8s = /\b(ApiObjectMetadata|GroupVersionKind)\b(?=.*'cdk8s')/g
const fieldsOfConstructors = /( +)private constructor\(public readonly (\w+): ([^)]+)\) \{\n +\}/g
const enums = /export enum (\w+) \{\n([\s\S]*?)\n\}/g

/** An enum as what Node can run by leaving the types out: an object, and the type of its values. */
const constant = (name: string, members: string): string =>
  `export const ${name} = {\n${members.replace(/^( +\w+) = /gm, '$1: ')}\n} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`

/** What `cdk8s import` writes, as TypeScript whose types can be left out, so that Node runs it without a loader. */
export const erasable = (text: string): string =>
  text
    .replace(typesOfCdk8s, 'type $1')
    .replace(fieldsOfConstructors, '$1public readonly $2: $3;\n$1private constructor($2: $3) {\n$1  this.$2 = $2;\n$1}')
    .replace(enums, (_all, name: string, members: string) => constant(name, members))
