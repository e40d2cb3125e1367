<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Settings;

use OCA\VoiceAssist\AppInfo\Application;
use OCA\VoiceAssist\Service\Pairing;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\AppFramework\Services\IInitialState;
use OCP\IL10N;
use OCP\Settings\IDelegatedSettings;
use OCP\Util;

/** Pairing, self-test, what is indexed and whose connection needs help. Can be delegated. */
class Admin implements IDelegatedSettings {
	public function __construct(
		private IInitialState $state,
		private Pairing $pairing,
		private IL10N $l10n,
	) {
	}

	public function getForm(): TemplateResponse {
		$this->state->provideInitialState('embedded', true);
		$this->state->provideInitialState('pairing', $this->pairing->shown());
		Util::addScript(Application::ID, 'voiceassist-admin');
		Util::addStyle(Application::ID, 'voiceassist-main');
		return new TemplateResponse(Application::ID, 'admin', [], TemplateResponse::RENDER_AS_BLANK);
	}

	public function getSection(): string {
		return Application::ID;
	}

	public function getPriority(): int {
		return 10;
	}

	public function getName(): ?string {
		return $this->l10n->t('VoiceAssist');
	}

	public function getAuthorizedAppConfig(): array {
		return [];
	}
}
