/*
 * The page's language where no Nextcloud chooses one: that of the browser, if it is spoken here.
 */
import { loadState } from '@nextcloud/initial-state'
import { register, setLanguage, setLocale } from '@nextcloud/l10n'

/** Inside Nextcloud the server has loaded the words already. */
export async function speak(): Promise<void> {
	if (loadState<boolean>('voiceassist', 'embedded', false)) {
		return
	}
	const german = navigator.language.toLowerCase().startsWith('de')
	if (german) {
		const words = await import('../l10n/de.json')
		register('voiceassist', words.default.translations as Record<string, string | string[]> as never)
	}
	setLanguage(german ? 'de' : 'en')
	setLocale(german ? 'de_DE' : 'en')
	document.documentElement.lang = german ? 'de' : 'en'
}
