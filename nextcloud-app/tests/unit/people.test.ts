/*
 * How somebody is reached: only what is a number or an address becomes a link.
 */
import { describe, expect, it } from 'vitest'

import { initials, knownWords, mailLink, phoneLink, type Person } from '../../src/people/people.ts'

describe('a number', () => {
	const check = (value: string, link: string | undefined) => expect(phoneLink(value), value).toBe(link)

	it('is dialled as it is meant', () => {
		check('+49 (0)431 5550-142', 'tel:+494315550142')
		check('0431 5550-311', 'tel:04315550311')
		check('tel:+49-170-5550142;ext=5', 'tel:+491705550142')
		check('*31#0431', 'tel:*31%230431')
	})

	it('is no link when it is none', () => {
		check('ask at the desk', undefined)
		check('', undefined)
		check('javascript:alert(1)', undefined)
	})
})

describe('an address', () => {
	it('is written to only when it is one', () => {
		expect(mailLink('weber@clinic.example')).toBe('mailto:weber@clinic.example')
		expect(mailLink('MAILTO:weber@clinic.example')).toBe('mailto:weber@clinic.example')
		expect(mailLink('weber@clinic.example?bcc=all@evil.example')).toBeUndefined()
		expect(mailLink('Weber, Jonas')).toBeUndefined()
		expect(mailLink('a+b@clinic.example')).toBe('mailto:a%2Bb@clinic.example')
	})
})

describe('somebody', () => {
	it('is drawn with two letters of the name, without titles', () => {
		expect(initials('Dr. Jonas Weber')).toBe('JW')
		expect(initials('Prof. Dr. med. Änne Østergård')).toBe('ÄØ')
		expect(initials('Pharmacy')).toBe('P')
		expect(initials('')).toBe('?')
	})

	it('is known from each place once', () => {
		const person = { known_from: [{ source: 'own', link: null }, { source: 'own', link: null }, { source: 'history', link: null }] } as unknown as Person
		expect(knownWords(person)).toBe('your contacts, your calendar')
	})
})
