import { describe, expect, it } from 'vitest';
import { noValue, resolve, type Scope, UnresolvedReference } from '#local/assembly/intrinsics.ts';

const names: Readonly<Record<string, unknown>> = {
  Table: 'table-1',
  'AWS::Region': 'ap-southeast-3',
  'AWS::NoValue': noValue,
};

const scope: Scope = {
  ref: (name) => {
    if (name in names) return names[name];
    throw new UnresolvedReference(`Ref ${name}`);
  },
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  imported: (name) => `imported ${name}`,
  condition: (name) => name === 'Yes',
  mapping: (map, first, second) => `${map}.${first}.${second}`,
};

function value(template: unknown): unknown {
  return resolve(template, scope);
}

describe('intrinsic functions', () => {
  it('leave plain values as they are', () => {
    const plain = { a: [1, 'two', true, null], b: { Ref: 'Table', more: 1 } };
    expect(value(plain)).toEqual(plain);
  });

  it('refer to resources, pseudo-parameters and attributes, wherever they stand', () => {
    expect(value({ list: [{ Ref: 'Table' }, { nested: { 'Fn::GetAtt': ['Table', 'Arn'] } }] })).toEqual({
      list: ['table-1', { nested: 'Table/Arn' }],
    });
    expect(value({ 'Fn::GetAtt': 'Nested.Outputs.Name' })).toBe('Nested/Outputs.Name');
  });

  it('drop a property or an item that is AWS::NoValue', () => {
    expect(value({ kept: 1, gone: { Ref: 'AWS::NoValue' }, list: [{ Ref: 'AWS::NoValue' }, 2] })).toEqual({
      kept: 1,
      list: [2],
    });
  });

  it('join, split and select, also of each other', () => {
    const arn = { 'Fn::Join': [':', ['arn', 'aws', { Ref: 'AWS::Region' }]] };
    expect(value(arn)).toBe('arn:aws:ap-southeast-3');
    expect(value({ 'Fn::Select': ['2', { 'Fn::Split': [':', arn] }] })).toBe('ap-southeast-3');
  });

  it('substitute names, attributes and given values, and leave what is escaped', () => {
    expect(value({ 'Fn::Sub': '$' + '{Table} $' + '{Table.Arn} $' + '{!Table}' })).toBe(
      'table-1 Table/Arn $' + '{Table}',
    );
    expect(value({ 'Fn::Sub': [`in $${'{place}'}`, { place: { Ref: 'AWS::Region' } }] })).toBe(
      'in ap-southeast-3',
    );
  });

  it('choose by conditions and resolve only the side that is chosen', () => {
    expect(value({ 'Fn::If': ['Yes', 'one', { Ref: 'Nothing' }] })).toBe('one');
    expect(value({ 'Fn::If': ['No', { Ref: 'Nothing' }, 'two'] })).toBe('two');
    expect(value({ 'Fn::Not': [{ Condition: 'Yes' }] })).toBe(false);
    expect(value({ 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': ['a', 'a'] }] })).toBe(true);
    expect(value({ 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'b'] }] })).toBe(false);
  });

  it('read mappings and imports, and encode', () => {
    expect(value({ 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'small'] })).toBe(
      'Sizes.ap-southeast-3.small',
    );
    expect(value({ 'Fn::ImportValue': { 'Fn::Join': ['', ['Ex', 'port']] } })).toBe('imported Export');
    expect(value({ 'Fn::Base64': 'text' })).toBe('dGV4dA==');
  });

  it('do not mistake the condition of a policy statement for an intrinsic', () => {
    const statement = { Condition: { StringEquals: { 'aws:SourceArn': { Ref: 'Table' } } } };
    expect(value(statement)).toEqual({ Condition: { StringEquals: { 'aws:SourceArn': 'table-1' } } });
  });

  it.each([
    ['Fn::Cidr', { 'Fn::Cidr': ['10.0.0.0/16', 2] }],
    ['Fn::GetAZs', { deep: [{ 'Fn::GetAZs': '' }] }],
    ['Fn::Transform', { 'Fn::Transform': { Name: 'x' } }],
  ])('refuse %s by name', (name, template) => {
    expect(() => value(template)).toThrow(
      new UnresolvedReference(`the intrinsic function ${name} is not known`),
    );
  });
});
