<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Settings;

use OCA\VoiceAssist\AppInfo\Application;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\AppFramework\Services\IInitialState;
use OCP\Settings\ISettings;
use OCP\Util;

/** One's own connection and what is read. Everything shown comes from the daemon to the browser. */
class Personal implements ISettings {
	public function __construct(private IInitialState $state) {
	}

	public function getForm(): TemplateResponse {
		$this->state->provideInitialState('embedded', true);
		Util::addScript(Application::ID, 'voiceassist-personal');
		Util::addStyle(Application::ID, 'voiceassist-main');
		return new TemplateResponse(Application::ID, 'personal', [], TemplateResponse::RENDER_AS_BLANK);
	}

	public function getSection(): string {
		return Application::ID;
	}

	public function getPriority(): int {
		return 10;
	}
}
