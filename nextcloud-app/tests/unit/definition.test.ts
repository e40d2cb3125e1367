/*
 * A form asks exactly what the daemon's schema declares, in its order; what it does not understand stops it.
 */
import { describe, expect, it } from 'vitest'

import { definitionOf } from '../../src/calculators/definition.ts'

function body(properties: Record<string, unknown>, required: string[] = []) {
	return {
		id: 'score', title: 'Score', outputs: [{ key: 'score', title: 'Score', unit: 'points' }], sources: [{ citation: 'A paper', year: 2000, doi: '' }],
		schema: { properties, required, 'x-order': Object.keys(properties).reverse() },
	}
}

describe('a definition', () => {
	it('keeps the order of the schema, not of the object', () => {
		const { fields } = definitionOf(body({ b: { 'x-kind': 'boolean', title: 'B' }, a: { 'x-kind': 'date', title: 'A' } }, ['b']))
		expect(fields.map((field) => [field.name, field.required])).toEqual([['a', false], ['b', true]])
	})

	it('knows every unit with its range, the declared one first', () => {
		const { fields } = definitionOf(body({ creatinine: { 'x-kind': 'number', title: 'Creatinine', 'x-units': [{ unit: 'mg/dL', minimum: 0.1, maximum: 30 }, { unit: 'µmol/L', minimum: 8.84, maximum: 2652 }], 'x-derivation': [0.4, 4] } }))
		expect(fields[0]).toMatchObject({ kind: 'number', derivation: [0.4, 4], units: [{ name: 'mg/dL', maximum: 30 }, { name: 'µmol/L', minimum: 8.84 }] })
	})

	it('offers the grades of an item, or plain numbers where they have no words', () => {
		const { fields } = definitionOf(body({ items: { 'x-kind': 'items', title: 'Items', prefixItems: [{ title: 'One', minimum: 0, maximum: 1, oneOf: [{ const: 0, title: 'None' }, { const: 1, title: 'Some' }] }, { title: 'Two', minimum: 1, maximum: 3 }] } }))
		expect(fields[0]).toMatchObject({ items: [{ options: [{ value: 0, title: 'None' }, { value: 1, title: 'Some' }] }, { options: [{ value: 1 }, { value: 2 }, { value: 3 }] }] })
	})

	it('refuses an input it cannot ask for', () => {
		expect(() => definitionOf(body({ x: { 'x-kind': 'photograph', title: 'X-ray' } }))).toThrow(/X-ray/)
	})
})
