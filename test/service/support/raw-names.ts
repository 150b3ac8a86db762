import ts from 'typescript'

/** A name of the stack that stands in a source where no type checks it. */
export interface RawName {
  readonly file: string
  readonly line: number
  readonly text: string
}

const isLiteralType = (type: ts.Type): boolean => (type.isUnion() ? type.types.every(isLiteralType) : type.isStringLiteral())

/** A type parameter is a check when it is limited to names (`AppOf<St>`), not to any string. */
const isLimited = (parameter: ts.Declaration | undefined): boolean =>
  parameter !== undefined && ts.isTypeParameterDeclaration(parameter) && parameter.constraint !== undefined && parameter.constraint.kind !== ts.SyntaxKind.StringKeyword

const expectedArgument = (checker: ts.TypeChecker, literal: ts.Expression): ts.Type | undefined => {
  const call = literal.parent
  if (!ts.isCallExpression(call)) return undefined
  const declared = checker.getResolvedSignature(call)?.getDeclaration()
  const parameter = declared?.parameters[call.arguments.indexOf(literal)]
  return parameter && checker.getTypeAtLocation(parameter)
}

const isDeclaredKey = (checker: ts.TypeChecker, key: ts.PropertyName, object: ts.ObjectLiteralExpression): boolean =>
  checker.getContextualType(object)?.getProperty(ts.isComputedPropertyName(key) ? '' : key.text) !== undefined

const isCheckedTypeArgument = (checker: ts.TypeChecker, node: ts.LiteralTypeNode): boolean => {
  const reference = node.parent
  if (!ts.isTypeReferenceNode(reference)) return false
  const index = reference.typeArguments?.indexOf(node) ?? -1
  const name = checker.getSymbolAtLocation(reference.typeName)
  const symbol = name && (name.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(name) : name)
  const parameters = symbol?.declarations?.flatMap((declaration) => ('typeParameters' in declaration ? [...ts.getEffectiveTypeParameterDeclarations(declaration as ts.InterfaceDeclaration)] : [])) // the property says it has some
  return isLimited(parameters?.[index])
}

const isModuleName = ({ parent }: ts.Node): boolean => ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent)

const isCheckedLiteral = (checker: ts.TypeChecker, node: ts.StringLiteralLike): boolean => {
  const { parent } = node
  if (isModuleName(node)) return true
  if (ts.isLiteralTypeNode(parent)) return isCheckedTypeArgument(checker, parent)
  if (ts.isPropertyAssignment(parent) && parent.name === node) return isDeclaredKey(checker, parent.name, parent.parent)
  const expected = expectedArgument(checker, node)
  if (expected?.isTypeParameter()) return isLimited(expected.symbol.declarations?.[0])
  const context = checker.getContextualType(node)
  return context !== undefined && isLiteralType(context)
}

/** The text of a node that may hold a name, and whether a type checks it there. */
const inspected = (checker: ts.TypeChecker, node: ts.Node): { text: string; checked: boolean } | undefined => {
  if (ts.isStringLiteralLike(node)) return { text: node.text, checked: isCheckedLiteral(checker, node) }
  if (ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) return { text: node.text, checked: false }
  if (ts.isObjectLiteralElement(node) && node.name && ts.isIdentifier(node.name) && ts.isObjectLiteralExpression(node.parent)) {
    return { text: node.name.text, checked: isDeclaredKey(checker, node.name, node.parent) }
  }
  return undefined
}

const namesIn = (text: string, names: ReadonlySet<string>): boolean => names.has(text) || text.split(/[/?&=|]/).some((part) => names.has(part))

/** Every place in the files where one of the names stands, alone or as a part of a path, and no type would tell a wrong one. */
export const rawNames = (program: ts.Program, files: readonly string[], names: ReadonlySet<string>): RawName[] => {
  const checker = program.getTypeChecker()
  return files.flatMap((file) => {
    const source = program.getSourceFile(file)
    if (!source) throw new Error(`${file} is no part of the program`)
    const found: RawName[] = []
    const visit = (node: ts.Node): void => {
      const seen = inspected(checker, node)
      if (seen && !seen.checked && namesIn(seen.text, names)) found.push({ file, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text: seen.text })
      ts.forEachChild(node, visit)
    }
    visit(source)
    return found
  })
}
