/*
 * Limits that administrators may change: what is a number, what is sent, and how the file's value comes back.
 */
import { mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'

import { boundsTrouble, type Changeable, type Limits } from '../../src/admin/daemon.ts'
import { client } from '../../src/api/client.ts'
import { Problem } from '../../src/api/problem.ts'
import LimitsPanel from '../../src/components/admin/LimitsPanel.vue'

const questions: Changeable = { name: 'questions_of_a_person', unit: 'per_minute', value: 30, configured: 60, lowest: 1, highest: 10_000, changed_at: '2026-11-23T20:00:00Z' }
const limits = (settings?: Changeable[]): Limits => ({
	requests: { of_a_person_per_minute: 1200, questions_of_a_person_per_minute: 30, questions_of_a_person_at_once: 4, failures_of_an_address_per_minute: 60, of_everybody_at_once: 512, counted_together: true },
	sessions: { idle_minutes: 30, absolute_minutes: 720 },
	retention: [{ what: 'conversations' }, { what: 'data_of_people_gone', days: 30 }],
	settings,
})

describe('a number', () => {
	it('is whole and within its bounds', () => {
		expect(['1', ' 60 ', '10000'].map((value) => boundsTrouble(questions, value))).toEqual(['', '', ''])
		for (const value of ['', '0', '10001', '-5', '3.5', '1e3', 'many']) {
			expect(boundsTrouble(questions, value)).toBe('A whole number from 1 to 10000')
		}
	})
})

describe('the panel', () => {
	it('only shows what a daemon does not let be changed', () => {
		const panel = mount(LimitsPanel, { props: { limits: limits() } })
		expect(panel.findAll('input')).toHaveLength(0)
		expect(panel.text()).toContain('30 in a minute')
	})

	it('sends one change, and null for what the file has', async () => {
		const json = vi.spyOn(client, 'json').mockResolvedValue(limits([{ ...questions, value: 20 }]))
		const panel = mount(LimitsPanel, { props: { limits: limits([questions]) } })
		const field = panel.get('input[aria-label="Questions and searches of one person"]')
		expect(panel.find('button[aria-label^="Keep"]').exists()).toBe(false)
		await field.setValue('0')
		expect(panel.get('button[aria-label^="Keep"]').attributes('disabled')).toBeDefined()
		await field.setValue('20')
		await panel.get('form').trigger('submit')
		expect(json).toHaveBeenLastCalledWith('admin/limits', { method: 'PATCH', body: { changes: [{ name: 'questions_of_a_person', value: 20 }] } })
		await vi.waitFor(() => expect(panel.emitted('changed')).toHaveLength(1))
		await panel.get('button[aria-label^="Take back"]').trigger('click')
		expect(json).toHaveBeenLastCalledWith('admin/limits', { method: 'PATCH', body: { changes: [{ name: 'questions_of_a_person', value: null }] } })
		json.mockRestore()
	})

	it('says what contradicts another limit', async () => {
		const json = vi.spyOn(client, 'json').mockRejectedValue(new Problem(422, 'inputs_not_acceptable', 'no', [{ field: 'questions_of_a_person', message: 'x' }]))
		const panel = mount(LimitsPanel, { props: { limits: limits([questions]) } })
		await panel.get('input').setValue('5000')
		await panel.get('form').trigger('submit')
		await vi.waitFor(() => expect(panel.text()).toContain('This contradicts another limit'))
		json.mockRestore()
	})
})
