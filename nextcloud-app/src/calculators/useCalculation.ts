/*
 * A form and what the daemon makes of it. Each change asks again after a short pause and drops the question before;
 * an answer is shown only if it answers what stands in the form now.
 */
import { computed, onScopeDispose, ref, watch } from 'vue'

import { Problem } from '../api/problem.ts'
import { emptyAnswers, inputsOf, isBlank, type Answers } from './answers.ts'
import { calculate } from './catalogue.ts'
import type { Definition } from './definition.ts'
import { possibleOf, type Outcome, type Possible } from './outcome.ts'

/** What is wrong with one input. */
export interface InputProblem {
	input: string
	title: string
	kind: string
	detail: string
}

/** How long somebody may go on typing before the daemon is asked. */
const PAUSE_MS = 150

/** The state of one open calculator. */
export function useCalculation() {
	const answers = ref<Answers>({})
	const outcome = ref<Outcome>()
	const problems = ref<InputProblem[]>([])
	const possible = ref<Possible[]>([])
	const trouble = ref('')
	const busy = ref(false)
	const blank = computed(() => isBlank(answers.value))

	let definition: Definition | undefined
	let timer: ReturnType<typeof setTimeout> | undefined
	let asking: AbortController | undefined

	function forget() {
		clearTimeout(timer)
		asking?.abort()
		outcome.value = undefined
		problems.value = []
		possible.value = []
		trouble.value = ''
		busy.value = false
	}

	async function ask(id: string, inputs: Record<string, unknown>) {
		const mine = new AbortController()
		asking = mine
		try {
			const answer = await calculate(id, inputs, mine.signal)
			if (asking === mine) {
				outcome.value = answer
			}
		} catch (error) {
			if (asking === mine && !mine.signal.aborted) {
				refused(error)
			}
		} finally {
			if (asking === mine) {
				busy.value = false
			}
		}
	}

	function refused(error: unknown) {
		if (error instanceof Problem && Array.isArray(error.body.problems)) {
			problems.value = error.body.problems as InputProblem[]
			possible.value = possibleOf(error.body)
		} else {
			trouble.value = error instanceof Error ? error.message : String(error)
		}
	}

	watch(answers, () => {
		forget()
		if (definition === undefined || isBlank(answers.value)) {
			return
		}
		const { id } = definition
		busy.value = true
		timer = setTimeout(() => { void ask(id, inputsOf(answers.value)) }, PAUSE_MS)
	}, { deep: true })

	onScopeDispose(forget)

	return {
		answers,
		outcome,
		problems,
		possible,
		trouble,
		busy,
		blank,
		/** Begins with an empty form. */
		start(opened: Definition) {
			definition = opened
			answers.value = emptyAnswers(opened.fields)
		},
		/** Empties the form. */
		clear() {
			answers.value = emptyAnswers(definition?.fields ?? [])
		},
	}
}
