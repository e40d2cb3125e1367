import vue from 'eslint-plugin-vue'
import { defineConfigWithVueTs, vueTsConfigs } from '@vue/eslint-config-typescript'

export default defineConfigWithVueTs(
	{ ignores: ['js/**', 'css/**', 'dist-standalone/**', 'node_modules/**'] },
	vue.configs['flat/recommended'],
	vueTsConfigs.strict,
	{
		rules: {
			indent: ['error', 'tab', { SwitchCase: 0 }],
			semi: ['error', 'never'],
			quotes: ['error', 'single', { avoidEscape: true }],
			eqeqeq: 'error',
			'no-console': 'error',
			'vue/html-indent': ['error', 'tab'],
			'vue/max-attributes-per-line': 'off',
			'vue/attribute-hyphenation': ['error', 'never', { ignore: ['aria-label', 'aria-live', 'aria-atomic', 'aria-busy', 'aria-current', 'aria-describedby', 'aria-hidden'] }],
			'vue/v-on-event-hyphenation': ['error', 'never'],
			'vue/first-attribute-linebreak': 'off',
			'vue/html-closing-bracket-newline': ['error', { singleline: 'never', multiline: 'never' }],
			'vue/no-v-html': 'error',
		},
	},
)
