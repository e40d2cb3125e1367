<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\Settings;

use OCA\VoiceAssist\AppInfo\Application;
use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\Settings\IIconSection;

/** The app's place in the settings, for people and for administrators. */
class Section implements IIconSection {
	public function __construct(
		private IURLGenerator $urls,
		private IL10N $l10n,
	) {
	}

	public function getID(): string {
		return Application::ID;
	}

	public function getName(): string {
		return $this->l10n->t('VoiceAssist');
	}

	public function getPriority(): int {
		return 60;
	}

	public function getIcon(): string {
		return $this->urls->imagePath(Application::ID, 'app-dark.svg');
	}
}
