<?php

// SPDX-FileCopyrightText: VoiceAssist contributors
// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace OCA\VoiceAssist\SetupCheck;

use OCA\VoiceAssist\Service\SelfTest;
use OCP\IL10N;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/** The worst of the self-test's steps, in Nextcloud's own overview. */
class DaemonSetupCheck implements ISetupCheck {
	public function __construct(
		private SelfTest $test,
		private IL10N $l10n,
	) {
	}

	public function getCategory(): string {
		return 'ai';
	}

	public function getName(): string {
		return $this->l10n->t('VoiceAssist');
	}

	public function run(): SetupResult {
		$steps = $this->test->run('setup-check')['steps'];
		foreach (['error', 'warning'] as $state) {
			foreach ($steps as $step) {
				if ($step['state'] === $state) {
					$words = trim($step['detail'] . ' ' . $step['remedy']);
					return $state === 'error' ? SetupResult::error($words) : SetupResult::warning($words);
				}
			}
		}
		return SetupResult::success($this->l10n->t('All six steps of the self-test are well.'));
	}
}
