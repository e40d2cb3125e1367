/*
 * What a calculator asks and answers, read from the JSON Schema the daemon sends. This file is the only one that
 * knows the schema; forms are drawn from Field values. An input this page does not understand makes the whole form
 * unusable, loudly, because a form that silently leaves something out would compute something else.
 */

/** A unit and the range accepted in it. */
export interface Unit {
	name: string
	minimum: number | null
	maximum: number | null
}

/** A value with its label. */
export interface Option {
	value: string | number
	title: string
}

/** One graded item of a list. */
export interface Item {
	title: string
	options: Option[]
	minimum: number
	maximum: number
}

interface Common {
	name: string
	title: string
	help: string
	required: boolean
}

/** One input. */
export type Field = Common & (
	| { kind: 'number', units: Unit[], derivation: [number, number] | null }
	| { kind: 'integer', minimum: number | null, maximum: number | null, options: Option[] }
	| { kind: 'boolean' }
	| { kind: 'choice', options: Option[] }
	| { kind: 'items', items: Item[] }
	| { kind: 'date' }
	| { kind: 'records', fields: Field[], maximum: number }
)

/** A paper or guideline. */
export interface Source {
	citation: string
	year: number
	doi: string
}

/** One calculator, as the form needs it. */
export interface Definition {
	id: string
	title: string
	purpose: string
	population: string
	formula: string
	rounding: string
	version: string
	status: string
	statusWords: string
	notes: string[]
	specialties: string[]
	sources: Source[]
	fields: Field[]
	outputs: { key: string, title: string, unit: string }[]
}

type Json = Record<string, unknown>

/** Reads a calculator as `GET /api/v1/calculators/{id}` answers it. */
export function definitionOf(body: Json): Definition {
	return {
		id: text(body, 'id'),
		title: text(body, 'title'),
		purpose: text(body, 'purpose'),
		population: text(body, 'population'),
		formula: text(body, 'formula'),
		rounding: text(body, 'rounding'),
		version: text(body, 'version'),
		status: text(body, 'status'),
		statusWords: text(body, 'status_words'),
		notes: strings(body.notes),
		specialties: strings(body.specialties),
		sources: objects(body.sources).map((source) => ({ citation: text(source, 'citation'), year: numberOf(source.year) ?? 0, doi: text(source, 'doi') })),
		outputs: objects(body.outputs).map((output) => ({ key: text(output, 'key'), title: text(output, 'title'), unit: text(output, 'unit') })),
		fields: fieldsOf(object(body.schema)),
	}
}

function fieldsOf(schema: Json): Field[] {
	const properties = object(schema.properties)
	const required = new Set(strings(schema.required))
	return strings(schema['x-order']).map((name) => fieldOf(name, object(properties[name]), required.has(name)))
}

function fieldOf(name: string, property: Json, required: boolean): Field {
	const common = { name, title: text(property, 'title') || name, help: text(property, 'description'), required }
	switch (property['x-kind']) {
	case 'number': return { ...common, kind: 'number', units: objects(property['x-units']).map(unitOf), derivation: pair(property['x-derivation']) }
	case 'integer': return { ...common, kind: 'integer', minimum: numberOf(property.minimum), maximum: numberOf(property.maximum), options: options(property.oneOf) }
	case 'boolean': return { ...common, kind: 'boolean' }
	case 'choice': return { ...common, kind: 'choice', options: options(property.oneOf) }
	case 'items': return { ...common, kind: 'items', items: objects(property.prefixItems).map(itemOf) }
	case 'date': return { ...common, kind: 'date' }
	case 'records': return { ...common, kind: 'records', fields: fieldsOf(object(property.items)), maximum: numberOf(property.maxItems) ?? 1 }
	default: throw new Error(`This page does not know how to ask for “${common.title}”. Reload it, or tell your administrator that the app is older than the daemon.`)
	}
}

function unitOf(unit: Json): Unit {
	return { name: text(unit, 'unit'), minimum: numberOf(unit.minimum), maximum: numberOf(unit.maximum) }
}

/** An item without words for its grades is answered with the plain numbers. */
function itemOf(item: Json): Item {
	const minimum = numberOf(item.minimum) ?? 0
	const maximum = numberOf(item.maximum) ?? minimum
	const graded = options(item.oneOf)
	const plain = Array.from({ length: maximum - minimum + 1 }, (_, step) => ({ value: minimum + step, title: String(minimum + step) }))
	return { title: text(item, 'title'), minimum, maximum, options: graded.length > 0 ? graded : plain }
}

function options(list: unknown): Option[] {
	return objects(list).flatMap((option) => {
		const value = option.const
		return typeof value === 'string' || typeof value === 'number' ? [{ value, title: text(option, 'title') || String(value) }] : []
	})
}

function object(value: unknown): Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Json : {}
}

function objects(value: unknown): Json[] {
	return Array.isArray(value) ? value.map(object) : []
}

function strings(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}

function text(of: Json, name: string): string {
	const value = of[name]
	return typeof value === 'string' ? value : ''
}

function numberOf(value: unknown): number | null {
	return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function pair(value: unknown): [number, number] | null {
	const [low, high] = Array.isArray(value) ? value : []
	return typeof low === 'number' && typeof high === 'number' ? [low, high] : null
}
