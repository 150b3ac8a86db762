import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'

import ts from 'typescript'

/** A module that a source file imports, statically or dynamically. */
export interface SourceImport {
  readonly file: string
  readonly module: string
}

const sourceFiles = async (folders: readonly string[]): Promise<string[]> => {
  const files: string[] = []
  for await (const file of glob(folders.map((folder) => join(folder, '**/*.ts')))) files.push(file)
  return files.sort()
}

const parse = async (file: string): Promise<ts.SourceFile> =>
  ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest, true)

/** The module that a node brings in at run time; imports of types alone bring in nothing. */
const importedBy = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? undefined : node.moduleSpecifier
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? undefined : node.moduleSpecifier
  if (ts.isExternalModuleReference(node)) return node.expression
  return ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined
}

const walk = (node: ts.Node, visit: (node: ts.Node) => void): void => {
  visit(node)
  ts.forEachChild(node, (child) => {
    walk(child, visit)
  })
}

const importsOf = async (file: string): Promise<SourceImport[]> => {
  const found: SourceImport[] = []
  walk(await parse(file), (node) => {
    const module = importedBy(node)
    if (module && ts.isStringLiteralLike(module)) found.push({ file, module: module.text })
  })
  return found
}

/** Every import of the folders' TypeScript files that leads out of them. */
export const externalImports = async (folders: readonly string[]): Promise<SourceImport[]> => {
  const imports = await Promise.all((await sourceFiles(folders)).map(importsOf))
  return imports.flat().filter(({ module }) => !module.startsWith('.'))
}

const address = /https?:\/\/(?!127\.0\.0\.1|localhost|\$\{|[\w.-]*\.?(?:example|invalid)\b)[\w.-]+|[\w-]+\.svc(?:\.cluster\.local)?/

const texts = (source: ts.SourceFile): string[] => {
  const found: string[] = []
  walk(source, (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) found.push(node.text)
  })
  return found
}

/** Texts in the source that are network addresses of something else than the pod itself. */
export const hardCodedAddresses = async (folders: readonly string[]): Promise<string[]> => {
  const files = await sourceFiles(folders)
  const found = await Promise.all(
    files.map(async (file) =>
      texts(await parse(file))
        .filter((text) => address.test(text))
        .map((text) => `${file}: "${text}"`),
    ),
  )
  return found.flat()
}

/** Files that use the global `fetch`. */
export const fetchingFiles = async (folders: readonly string[]): Promise<string[]> => {
  const files = await sourceFiles(folders)
  const uses = await Promise.all(files.map(async (file) => /(?<![.\w])fetch\(/.test(await readFile(file, 'utf8'))))
  return files.filter((_, index) => uses[index])
}
