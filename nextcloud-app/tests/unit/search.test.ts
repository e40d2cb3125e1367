/*
 * Calculators are found the way people write their names.
 */
import { describe, expect, it } from 'vitest'

import { matches } from '../../src/calculators/search.ts'

const score = { id: 'cha2ds2_vasc', title: 'CHA₂DS₂-VASc', purpose: 'Risk of stroke in atrial fibrillation', synonyms: ['chads vasc'], specialties: ['cardiology'] }

describe('a search', () => {
	it.each(['cha2ds2-vasc', 'CHA2DS2 VASc', 'cha2ds2vasc', 'stroke fibrillation', 'cardio', ''])('"%s" finds the score', (query) => {
		expect(matches(score, query)).toBe(true)
	})

	it.each(['creatinine', 'stroke kidney', '---'])('"%s" does not', (query) => {
		expect(matches(score, query)).toBe(false)
	})
})
