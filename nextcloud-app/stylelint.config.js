/*
 * Colours come from Nextcloud's theme and directions from the language: that is what these rules hold. The style sheet of
 * the daemon's own page stands in for the theme and is where colours may be named.
 */
export default {
	overrides: [
		{ files: ['**/*.vue'], customSyntax: 'postcss-html' },
		{ files: ['src/standalone.css'], rules: { 'color-no-hex': null, 'color-named': null } },
	],
	rules: {
		'color-no-hex': true,
		'color-named': 'never',
		'color-no-invalid-hex': true,
		'function-disallowed-list': [/^rgb/, /^hsl/],
		'property-disallowed-list': [
			['left', 'right', 'margin-left', 'margin-right', 'padding-left', 'padding-right', 'border-left', 'border-right', 'float', 'clear'],
			{ message: 'Use a logical property (inset-inline, margin-inline, padding-inline, border-inline), so that right-to-left languages work.' },
		],
		'declaration-property-value-disallowed-list': { 'text-align': ['left', 'right'], '/^animation/': [/infinite/] },
		'block-no-empty': true,
		'declaration-block-no-duplicate-properties': true,
		'no-duplicate-selectors': true,
		'property-no-unknown': true,
		'unit-no-unknown': true,
		'selector-pseudo-class-no-unknown': [true, { ignorePseudoClasses: ['deep'] }],
		'no-invalid-double-slash-comments': true,
	},
}
