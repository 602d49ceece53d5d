/** Finds where a source names a kind of ask: for the test that refuses it where all kinds are served alike. */
import { type Node, parseSync, visitorKeys } from 'oxc-parser';
import { askKinds } from '#domain/asks/ask-kinds.ts';
import { ofBank, ofProposal, ofSettings } from '#domain/proposal/event-facts.ts';

export interface Naming {
  line: number;
  /** What was seen: a name, a map, a comparison. */
  how: string;
  source: string;
}

const kinds: ReadonlySet<string> = new Set(askKinds);
const events: ReadonlySet<string> = new Set(Object.keys({ ...ofProposal, ...ofBank, ...ofSettings }));
/** How the records are called: `account-correction` is `accountCorrection`. */
const records: ReadonlySet<string> = new Set(
  askKinds.map((kind) => kind.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase())),
);
/** A kind with what it is about, or in an id: `spm:2-3`, `P-….spm.2`, `spm:${…}`. */
const prefixed = new RegExp(`(?:^|[.:])(?:${askKinds.join('|')})(?:[:.]|$)`);
/** What takes the name of a kind as its argument, or as the argument of a type. */
const takingKinds =
  /^(?:(?:kind|behaviour|answered|about|askId|groupAskId|askDocuments|overdue)(?:Of|Text)|answeredAs|answeredAsk|readAbout(?:Of)?|About(?:Given)?|Answer|AskOf|FactsFor)$/;

/** A node of the tree, whatever it is. */
type AnyNode = Node & Record<string, unknown>;

/**
 * @param options.otherWords names of kinds that in this source are words for other things, unless they stand for the kind
 * @param options.only `choices` finds where a kind is compared or chosen by its written name, and not where it is only
 *   named, or compared with the record that a stage has of its own kind
 */
export function namings(
  source: string,
  { otherWords = [], only }: { otherWords?: readonly string[]; only?: 'choices' } = {},
): Naming[] {
  const { program, errors } = parseSync('source.ts', source);
  if (errors.length > 0) throw new SyntaxError(errors[0]?.message);
  const found: Naming[] = [];
  const own = new Set(askKinds.filter((kind) => !otherWords.includes(kind)));
  const report = (node: AnyNode, how: string) => {
    const line = source.slice(0, node.start).split('\n').length;
    if (!found.some((each) => each.line === line))
      found.push({ line, how, source: source.split('\n')[line - 1]?.trim() ?? '' });
  };
  const visit = (node: AnyNode): void => {
    const choice = choiceIn(node, source, only === 'choices' ? isLiteralName : isName);
    if (choice !== undefined) report(node, choice);
    const name = only === 'choices' ? undefined : nameIn(node, own);
    if (name !== undefined) report(node, name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(program as unknown as AnyNode);
  return found.toSorted((one, other) => one.line - other.line);
}

function childrenOf(node: AnyNode): AnyNode[] {
  return (visitorKeys[node.type] ?? [])
    .flatMap((key) => node[key] as AnyNode | AnyNode[] | null | undefined)
    .filter((child) => child !== null && child !== undefined);
}

function within(node: AnyNode): AnyNode[] {
  return [node, ...childrenOf(node).flatMap(within)];
}

/** A branch by the name of a kind, in any of its shapes. */
function choiceIn(node: AnyNode, source: string, isName: (node: AnyNode) => boolean): string | undefined {
  switch (node.type) {
    case 'BinaryExpression': {
      const { operator, left, right } = node as unknown as {
        operator: string;
        left: AnyNode;
        right: AnyNode;
      };
      const sides = [left, right];
      return /^[!=]==?$/.test(operator) && sides.some(isKind) && sides.some(isName)
        ? 'comparison'
        : undefined;
    }
    case 'SwitchStatement': {
      const { discriminant, cases } = node as unknown as {
        discriminant: AnyNode;
        cases: { test: AnyNode | null }[];
      };
      return isKind(discriminant) && cases.some(({ test }) => test !== null && isName(test))
        ? 'switch'
        : undefined;
    }
    case 'CallExpression': {
      const { callee, arguments: given } = node as unknown as { callee: AnyNode; arguments: AnyNode[] };
      if (callee.type !== 'MemberExpression') return undefined;
      const { object, property } = callee as unknown as { object: AnyNode; property: AnyNode };
      const method = String(property.name);
      if (['includes', 'has', 'indexOf', 'test'].includes(method) && given.some(isKind))
        return within(object).some((each) => isName(each) || isPattern(each))
          ? 'choice among names'
          : undefined;
      if (['startsWith', 'endsWith', 'match'].includes(method) && isKind(object))
        return given.some((each) => isPattern(each) || isPartOfName(each)) ? 'part of a name' : undefined;
      return undefined;
    }
    case 'MemberExpression': {
      // { spm: … }[ask.kind]
      const { object, property, computed } = node as unknown as {
        object: AnyNode;
        property: AnyNode;
        computed: boolean;
      };
      return computed && isKind(property) && mapsKinds(object) ? 'map by kinds' : undefined;
    }
    case 'VariableDeclarator': {
      const { id, init } = node as unknown as { id: AnyNode; init: AnyNode | null };
      const annotation = id.typeAnnotation as AnyNode | null | undefined;
      return init !== null && annotation && ofKinds(annotation, source) && namesWithin(init, isName)
        ? 'choice among names'
        : undefined;
    }
    case 'TSSatisfiesExpression':
    case 'TSAsExpression': {
      const { expression, typeAnnotation } = node as unknown as Record<string, AnyNode>;
      return typeAnnotation &&
        expression &&
        ofKinds(typeAnnotation, source) &&
        namesWithin(expression, isName)
        ? 'choice among names'
        : undefined;
    }
    default:
      return undefined;
  }
}

/** The name of a kind by itself, in a map, in an id, or by the import of its record. */
function nameIn(node: AnyNode, own: ReadonlySet<string>): string | undefined {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? literalNaming(node.value, own) : undefined;
    case 'TemplateElement':
      return prefixed.test(String((node.value as { cooked: string }).cooked)) &&
        !/\s/.test(String((node.value as { cooked: string }).cooked))
        ? 'id of a kind'
        : undefined;
    case 'ObjectExpression':
      return keysOf(node).some((key) => own.has(key)) ? 'map by kinds' : undefined;
    case 'TSPropertySignature':
      return own.has(String((node.key as AnyNode).name)) ? 'map by kinds' : undefined;
    case 'CallExpression':
    case 'TSTypeReference': {
      const called = (node.callee ?? node.typeName) as AnyNode;
      const given = (node.arguments ?? (node.typeArguments as AnyNode | null)?.params ?? []) as AnyNode[];
      if (takingKinds.test(String(called.name)))
        return given.flatMap(within).some(isName) ? 'name for what takes kinds' : undefined;
      const { object, property } = called as unknown as Partial<Record<string, AnyNode>>;
      return object && /^(?:starts|ends)With$/.test(String(property?.name)) && given.some(isPartOfName)
        ? 'part of a name'
        : undefined;
    }
    case 'ImportDeclaration':
    case 'ImportExpression':
      return /(?:asks|^\.)\/kinds(?:\/|\.ts)/.test(String((node.source as AnyNode).value))
        ? 'import'
        : undefined;
    default:
      return undefined;
  }
}

function literalNaming(text: string, own: ReadonlySet<string>): string | undefined {
  if (own.has(text)) return 'name';
  if (kinds.has(text) || events.has(text) || /\s|\.ts$/.test(text)) return undefined;
  return prefixed.test(text) ? 'id of a kind' : undefined;
}

/** `kind`, `ask.kind`, `wanted.askKind`, `kindOf(…).name`. */
function isKind(node: AnyNode): boolean {
  if (node.type === 'Identifier') return /kind$/i.test(String(node.name));
  if (node.type !== 'MemberExpression') return false;
  const { object, property } = node as unknown as { object: AnyNode; property: AnyNode };
  if (property.name === 'name')
    return (
      isKind(object) || (object.type === 'CallExpression' && (object.callee as AnyNode).name === 'kindOf')
    );
  return /kind$/i.test(String(property.name));
}

/** `'spm'`. */
function isLiteralName(node: AnyNode): boolean {
  return node.type === 'Literal' && kinds.has(String(node.value));
}

/** `'spm'`, `spm.name`. */
function isName(node: AnyNode): boolean {
  if (isLiteralName(node)) return true;
  if (node.type !== 'MemberExpression') return false;
  const { object, property } = node as unknown as { object: AnyNode; property: AnyNode };
  return property.name === 'name' && records.has(String(object.name));
}

function isPattern(node: AnyNode): boolean {
  return (
    node.type === 'Literal' &&
    node.regex !== undefined &&
    askKinds.some((kind) => new RegExp((node.regex as { pattern: string }).pattern).test(kind))
  );
}

function isPartOfName(node: AnyNode): boolean {
  if (node.type !== 'Literal' || typeof node.value !== 'string') return false;
  const part = node.value;
  return part.length > 2 && askKinds.some((kind) => kind.startsWith(part) || kind.endsWith(part));
}

function mapsKinds(node: AnyNode): boolean {
  return node.type === 'ObjectExpression' && keysOf(node).some((key) => kinds.has(key));
}

function keysOf(node: AnyNode): string[] {
  return (node.properties as AnyNode[]).flatMap(({ key }) =>
    key === undefined ? [] : [String((key as AnyNode).name ?? (key as AnyNode).value)],
  );
}

function namesWithin(node: AnyNode, isName: (node: AnyNode) => boolean): boolean {
  return within(node).some((each) => isName(each) || mapsKinds(each));
}

function ofKinds(type: AnyNode, source: string): boolean {
  return /\bAskKind\b/.test(source.slice(type.start, type.end));
}
