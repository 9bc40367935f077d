// Finds out which members of AWS's requests the local cloud's source reads: TypeScript knows whose each name is.
import { readdirSync } from 'node:fs';
import ts from 'typescript';

const isOfAws = (declaration: ts.Declaration): boolean =>
  /@aws-sdk\/client-(ec2|sts)\//.test(declaration.getSourceFile().fileName);

const ownerOf = ({ parent }: ts.Declaration): string | undefined =>
  parent && ts.isInterfaceDeclaration(parent) ? parent.name.text : undefined;

/** The names in a file that may be members: after a dot, in a destructuring, before `in`. */
function names(file: ts.SourceFile): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) found.push(node.name);
    if (ts.isBindingElement(node)) found.push(node);
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

function symbolOf(checker: ts.TypeChecker, node: ts.Node): ts.Symbol | undefined {
  if (!ts.isBindingElement(node)) return checker.getSymbolAtLocation(node);
  const name = node.propertyName ?? node.name;
  return ts.isIdentifier(name) ? checker.getTypeAtLocation(node.parent).getProperty(name.text) : undefined;
}

interface HandedOn {
  readonly from: string;
  readonly names: readonly string[];
  /** An interface of AWS's: of its members count those that are read; undefined where all are. */
  readonly to: string | undefined;
}

/** Requests that are handed on to a function which takes another type: what is read there is read of them. */
function handedOn(checker: ts.TypeChecker, file: ts.SourceFile): HandedOn[] {
  const found: HandedOn[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) found.push(...handedOnBy(checker, node));
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

function handedOnBy(checker: ts.TypeChecker, call: ts.CallExpression): HandedOn[] {
  const { parameters = [] } = checker.getResolvedSignature(call) ?? {};
  return call.arguments.flatMap((argument, at) => {
    const given = checker.getTypeAtLocation(argument).symbol;
    const parameter = parameters[at];
    if (!given?.declarations?.some(isOfAws) || !parameter) return [];
    const taken = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, call));
    if (taken.symbol === undefined || taken.symbol === given) return [];
    const to = taken.symbol.declarations?.some(isOfAws) ? taken.symbol.name : undefined;
    return [{ from: given.name, names: taken.getProperties().map(({ name }) => name), to }];
  });
}

function sourceProgram(): ts.Program {
  const files = readdirSync('src/local-cloud', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `src/local-cloud/${name}`);
  return ts.createProgram(files, {
    noEmit: true,
    skipLibCheck: true,
    strict: true,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    allowImportingTsExtensions: true,
    types: ['node'],
  });
}

function readIn(checker: ts.TypeChecker, file: ts.SourceFile): string[] {
  return names(file).flatMap((node) => {
    const symbol = symbolOf(checker, node);
    const declarations = symbol?.declarations?.filter(isOfAws) ?? [];
    return declarations.map((declaration) => `${ownerOf(declaration)}.${symbol?.name}`);
  });
}

/** `RunInstancesRequest.MinCount` and the like, for everything that is read anywhere in the local cloud. */
export function membersRead(): ReadonlySet<string> {
  const program = sourceProgram();
  const checker = program.getTypeChecker();
  const files = program.getSourceFiles().filter(({ fileName }) => fileName.includes('src/local-cloud/'));
  const found = new Set(files.flatMap((file) => readIn(checker, file)));
  for (const { from, names, to } of files.flatMap((file) => handedOn(checker, file)))
    for (const name of names)
      if (to === undefined || found.has(`${to}.${name}`)) found.add(`${from}.${name}`);
  return found;
}
